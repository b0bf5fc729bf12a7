import type { MigrationDatabases, TenantFields, TenantFunction } from '../../migrator/databases.js'
import { hostOwner, storeOwner } from '../../migrator/kernel/migration.js'
import type { MigrationTarget } from '../../migrator/kernel/target.js'
import { tenantsFromFunction } from '../../migrator/tenants-from-function.js'
import { ConversationStoreError } from '../../model/errors.js'
import { createExecutor } from '../../postgres/create-executor.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import type { PostgresMigration, RunnablePostgresMigration } from '../../postgres/migrator/migration.js'
import { runnableMigrations } from '../../postgres/migrator/runnable.js'
import { postgresTarget } from '../../postgres/migrator/target.js'
import { createNames } from '../../postgres/names.js'
import { readCatalog } from '../../postgres/schema/catalog.js'
import { foreignIndexesIn } from '../../postgres/schema/foreign-indexes.js'
import { translated } from '../../postgres/translate-error.js'
import { diagnose } from './diagnose.js'
import { tenantFailures } from './tenant-failures.js'
import { countTenants, tenantsFromTable } from './tenants.js'

export interface PostgresDatabasesOptions {
  /** The host's own pool, which is never ended here. A run takes one connection for each schema that it works on. */
  readonly pool: PostgresDriver
  /** The schema of the public data. Default `public`. */
  readonly publicSchema?: string
  /** The migrations of the public schema and of the tenants' schemas, in the order of running. */
  readonly migrations: readonly PostgresMigration[]
  /**
   * The names of the table that lists the tenants and of its columns (default `client_configs`, `config_id`,
   * `schema_name`), or a function that returns the tenants. The function's `only` holds the ids that are asked for, or
   * is null for all.
   */
  readonly tenants?: TenantFields | TenantFunction
}

/**
 * A PostgreSQL database in which the public data and the data of each tenant have a schema of their own. Throws
 * VALIDATION_FAILED.
 */
export function postgresDatabases(options: PostgresDatabasesOptions): MigrationDatabases<RunnablePostgresMigration> {
  const { pool, publicSchema = 'public', tenants = {} } = options
  const migrations = runnableMigrations(options.migrations)
  const executor = createExecutor(pool, { preparedStatements: false })
  const ofPublic = migrations.filter(({ isPublic }) => isPublic)
  const ofTenants = migrations.filter(({ isTenant }) => isTenant)
  const target = (schema: string, list: typeof migrations): MigrationTarget<RunnablePostgresMigration> => {
    requireHostSchema(schema)
    const names = createNames({ schema })
    const isOfStore = list.some(({ owner }) => owner === storeOwner)
    const foreignIndexes = () => translated(async () => foreignIndexesIn(await readCatalog(executor, names)))
    return {
      ...postgresTarget({ pool, names, migrations: list }),
      answersFor: [hostOwner],
      ...(isOfStore && { foreignIndexes }),
    }
  }
  return {
    engine: 'postgres',
    migrations,
    publicTarget: target(publicSchema, ofPublic),
    tenantTarget: (schema) => target(schema, ofTenants),
    tenants: (only) =>
      typeof tenants === 'function' ? tenantsFromFunction(tenants, only) : tenantsFromTable(executor, publicSchema, tenants, only),
    ...(typeof tenants !== 'function' && { countTenants: () => countTenants(executor, publicSchema, tenants) }),
    failures: tenantFailures(executor, publicSchema),
    diagnose: () => translated(() => diagnose(pool, publicSchema)),
  }
}

/** Refuses the server's own schemas, so that no tenant is given one of them. */
function requireHostSchema(schema: unknown): void {
  if (typeof schema === 'string' && !/^(pg_|information_schema$)/i.test(schema)) return
  throw new ConversationStoreError('VALIDATION_FAILED', {
    issues: [{ path: 'schema', message: 'must be a schema of your own, not one of PostgreSQL' }],
  })
}
