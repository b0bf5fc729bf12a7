import type { MigrationDatabases, Tenant, TenantFields, TenantFunction } from '../../migrator/databases.js'
import { tenantsFromFunction } from '../../migrator/tenants-from-function.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { MongoClientLike } from '../../mongo/driver.js'
import type { CollectionMigration, MongoMigration } from '../../mongo/migrator/migration.js'
import { mongoMigrations } from '../../mongo/migrator/runnable.js'
import { mongoTarget } from '../../mongo/migrator/target.js'
import { translated, translateError } from '../../mongo/translate-error.js'
import { requireDatabaseName, requireTenantDatabase } from './database-name.js'
import { diagnose } from './diagnose.js'
import { tenantFailures } from './tenant-failures.js'
import { tenantsOf } from './tenants.js'

export interface MongoDatabasesOptions {
  /** The host's own client, of the driver 6 or 7. It is neither connected nor closed here. */
  readonly client: MongoClientLike
  readonly publicDatabase: string
  /** Of the public database and of the tenants', in the order of running. */
  readonly migrations: readonly CollectionMigration[]
  /**
   * The fields of `client_configs` in the public database, or a function; `only`: the ids that are asked for, null:
   * all.
   */
  readonly tenants?: TenantFields | TenantFunction
  /** Tenants a page; default 500. */
  readonly batchSize?: number
  /** How long a runner that is gone holds the others up; default 30 s. */
  readonly leaseTtlMs?: number
}

const usualPage = 500

/** A public database and any number of tenants', on one client. Throws VALIDATION_FAILED. */
export function mongoDatabases(options: MongoDatabasesOptions): MigrationDatabases<MongoMigration> {
  const { client, publicDatabase, tenants: source = {}, batchSize = usualPage, leaseTtlMs } = options
  requireDatabaseName(publicDatabase, 'publicDatabase')
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new ConversationStoreError('VALIDATION_FAILED', {
      issues: [{ path: 'batchSize', message: 'must be a whole number of 1 or more' }],
    })
  }
  const migrations = mongoMigrations(options.migrations)
  const publicDb = client.db(publicDatabase)
  const target = (name: string, isMine: (migration: MongoMigration) => boolean) =>
    mongoTarget({
      client,
      db: client.db(name),
      migrations: migrations.filter(isMine),
      ...(leaseTtlMs === undefined ? {} : { leaseTtlMs }),
    })
  return {
    engine: 'mongo',
    migrations,
    publicTarget: target(publicDatabase, ({ isPublic }) => isPublic),
    tenantTarget(database) {
      requireTenantDatabase(database, publicDatabase)
      return target(database, ({ isTenant }) => isTenant)
    },
    tenants: (only) =>
      translatedEach(typeof source === 'function' ? tenantsFromFunction(source, only) : tenantsOf(publicDb, source, only, batchSize)),
    failures: tenantFailures(publicDb),
    diagnose: () => translated(() => diagnose(client, publicDb, publicDatabase)),
  }
}

async function* translatedEach(tenants: AsyncIterable<Tenant>): AsyncIterable<Tenant> {
  try {
    yield* tenants
  } catch (error) {
    throw translateError(error, { operationId: null, inTransaction: false })
  }
}
