import type { MigrationConfig } from '../cli/config.js'

/** Gives a configuration its types; changes nothing. */
export function defineConfig(config: MigrationConfig): MigrationConfig {
  return config
}
