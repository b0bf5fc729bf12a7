import type { MigrationDatabases } from './databases.js'
import { doctor } from './doctor.js'
import { down } from './down.js'
import { migrationId } from './kernel/migration.js'
import { silentLogger } from './kernel/silent-logger.js'
import type { MigrationLogger } from './kernel/target.js'
import { breakLock, showLocks } from './locks.js'
import { migrate } from './migrate.js'
import type { Migrator } from './migrator.js'
import type { MigratorContext } from './migrator-context.js'
import { onTenantCreated } from './on-tenant-created.js'
import { baseline, resolve } from './resolve.js'
import { status } from './status.js'
import { syncIndexes } from './sync-indexes.js'

export interface MigratorOptions {
  /** What `mongoDatabases(...)` or `postgresDatabases(...)` returns. */
  readonly databases: MigrationDatabases
  /** By default nothing is logged. */
  readonly logger?: MigrationLogger
}

/**
 * Creates the migrator of one public database and of its tenants' databases. It opens and closes no connection, because
 * the clients belong to the host.
 */
export function createMigrator({ databases, logger = silentLogger }: MigratorOptions): Migrator {
  const context: MigratorContext = { databases, logger }
  return {
    migrate: (options = {}) => migrate(context, options),
    down: (options) => down(context, options),
    resolve: (options) => resolve(context, options),
    baseline: (options) => baseline(context, options),
    syncIndexes: (options = {}) => syncIndexes(context, options),
    list: () =>
      databases.migrations.map((migration) => ({
        id: migrationId(migration),
        name: migration.name,
        description: migration.description,
        collection: migration.collection,
        version: migration.version,
        isPublic: migration.isPublic,
        isTenant: migration.isTenant,
        steps: migration.steps.map(({ name }) => name),
        checksum: migration.checksum,
      })),
    status: (choice = {}) => status(context, choice),
    doctor: () => doctor(context),
    showLocks: (choice = {}) => showLocks(context, choice),
    breakLock: (database) => breakLock(context, database),
    onTenantCreated: (tenant) => onTenantCreated(context, tenant),
  }
}
