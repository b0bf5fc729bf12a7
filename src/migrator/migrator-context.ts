import type { MigrationDatabases } from './databases.js'
import type { MigrationLogger } from './kernel/target.js'

/** What each command of the migrator works with. */
export interface MigratorContext {
  readonly databases: MigrationDatabases
  readonly logger: MigrationLogger
}
