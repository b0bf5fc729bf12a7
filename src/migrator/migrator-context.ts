import type { MigrationDatabases } from './databases.js'
import type { MigrationLogger } from './kernel/target.js'

/** What the commands work with. */
export interface MigratorContext {
  readonly databases: MigrationDatabases
  readonly logger: MigrationLogger
}
