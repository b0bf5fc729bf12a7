import type { MigrationDatabases, Tenant, TenantFields, TenantFunction } from '../../migrator/databases.js'
import { hostOwner, storeOwner } from '../../migrator/kernel/migration.js'
import type { MigrationTarget } from '../../migrator/kernel/target.js'
import { tenantsFromFunction } from '../../migrator/tenants-from-function.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { MongoClientLike } from '../../mongo/driver.js'
import type { CollectionMigration, MongoMigration } from '../../mongo/migrator/migration.js'
import { mongoMigrations } from '../../mongo/migrator/runnable.js'
import { mongoTarget } from '../../mongo/migrator/target.js'
import { checkSchema } from '../../mongo/schema/check-schema.js'
import { translated, translateKnown } from '../../mongo/translate-error.js'
import { requireDatabaseName, requireTenantDatabase } from './database-name.js'
import { diagnose } from './diagnose.js'
import { tenantFailures } from './tenant-failures.js'
import { countTenants, tenantsOf } from './tenants.js'

export interface MongoDatabasesOptions {
  /** The host's own client, of driver 6 or 7. It is neither connected nor closed here. */
  readonly client: MongoClientLike
  /**
   * Another client of the host's, for the locks of the databases alone. If all connections of `client` are at work, the
   * locks are not renewed in time, and runs end with LEASE_LOST. Default: `client`, which is enough as long as its pool
   * has connections to spare.
   */
  readonly leaseClient?: MongoClientLike
  readonly publicDatabase: string
  /** The migrations of the public database and of the tenants' databases, in the order of running. */
  readonly migrations: readonly CollectionMigration[]
  /**
   * The names of the collection in the public database that lists the tenants and of its fields (default
   * `client_configs`, `config_id`, `schema_name`), or a function that returns the tenants. The function's `only` holds
   * the ids that are asked for, or is null for all.
   */
  readonly tenants?: TenantFields | TenantFunction
  /** How many tenants are read in a page. Default 500. */
  readonly batchSize?: number
  /** How long a runner that has died holds the others up, in milliseconds. Default 30,000. */
  readonly leaseTtlMs?: number
}

const usualPage = 500

/** A public database and any number of tenants' databases, on one client. Throws VALIDATION_FAILED. */
export function mongoDatabases(options: MongoDatabasesOptions): MigrationDatabases<MongoMigration> {
  const { client, leaseClient, publicDatabase, tenants: source = {}, batchSize = usualPage, leaseTtlMs } = options
  requireDatabaseName(publicDatabase, 'publicDatabase')
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new ConversationStoreError('VALIDATION_FAILED', {
      issues: [{ path: 'batchSize', message: 'must be a whole number of 1 or more' }],
    })
  }
  const migrations = mongoMigrations(options.migrations)
  const publicDb = client.db(publicDatabase)
  const target = (name: string, isMine: (migration: MongoMigration) => boolean): MigrationTarget<MongoMigration> => {
    const db = client.db(name)
    const mine = migrations.filter(isMine)
    return {
      ...mongoTarget({
        client,
        db,
        migrations: mine,
        ...(leaseClient === undefined ? {} : { leaseClient }),
        ...(leaseTtlMs === undefined ? {} : { leaseTtlMs }),
      }),
      answersFor: [hostOwner],
      ...(mine.some(({ owner }) => owner === storeOwner) && {
        foreignIndexes: () => translated(async () => (await checkSchema(db)).foreign ?? []),
      }),
    }
  }
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
    ...(typeof source !== 'function' && { countTenants: () => translated(() => countTenants(publicDb, source)) }),
    failures: tenantFailures(publicDb),
    diagnose: () => translated(() => diagnose(client, publicDb, publicDatabase)),
  }
}

async function* translatedEach(tenants: AsyncIterable<Tenant>): AsyncIterable<Tenant> {
  try {
    yield* tenants
  } catch (error) {
    throw translateKnown(error, { operationId: null, written: 'nothing' })
  }
}
