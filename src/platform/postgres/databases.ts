import type { MigrationDatabases, TenantFields, TenantFunction } from '../../migrator/databases.js'
import type { MigrationTarget } from '../../migrator/kernel/target.js'
import { tenantsFromFunction } from '../../migrator/tenants-from-function.js'
import { ConversationStoreError } from '../../model/errors.js'
import { createExecutor } from '../../postgres/create-executor.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import type { PostgresMigration, RunnablePostgresMigration } from '../../postgres/migrator/migration.js'
import { runnableMigrations } from '../../postgres/migrator/runnable.js'
import { postgresTarget } from '../../postgres/migrator/target.js'
import { createNames } from '../../postgres/names.js'
import { translated } from '../../postgres/translate-error.js'
import { diagnose } from './diagnose.js'
import { tenantFailures } from './tenant-failures.js'
import { tenantsFromTable } from './tenants.js'

export interface PostgresDatabasesOptions {
  /** The host's own; never ended here. A run takes one connection for each schema at work. */
  readonly pool: PostgresDriver
  /** Default `public`. */
  readonly publicSchema?: string
  /** In the order of running. */
  readonly migrations: readonly PostgresMigration[]
  /**
   * The names of the tenants' table and columns (default `client_configs`, `config_id`, `schema_name`), or a function
   * that gives the tenants; null: all, else those of these ids.
   */
  readonly tenants?: TenantFields | TenantFunction
}

/** A PostgreSQL database in which the public data and each tenant's have a schema. */
export function postgresDatabases(options: PostgresDatabasesOptions): MigrationDatabases<RunnablePostgresMigration> {
  const { pool, publicSchema = 'public', tenants = {} } = options
  const migrations = runnableMigrations(options.migrations)
  const executor = createExecutor(pool, { preparedStatements: false })
  const ofPublic = migrations.filter(({ isPublic }) => isPublic)
  const ofTenants = migrations.filter(({ isTenant }) => isTenant)
  const target = (schema: string, list: typeof migrations): MigrationTarget<RunnablePostgresMigration> => {
    requireHostSchema(schema)
    return postgresTarget({ pool, names: createNames({ schema }), migrations: list })
  }
  return {
    engine: 'postgres',
    migrations,
    publicTarget: target(publicSchema, ofPublic),
    tenantTarget: (schema) => target(schema, ofTenants),
    tenants: (only) =>
      typeof tenants === 'function' ? tenantsFromFunction(tenants, only) : tenantsFromTable(executor, publicSchema, tenants, only),
    failures: tenantFailures(executor, publicSchema),
    diagnose: () => translated(() => diagnose(pool, publicSchema)),
  }
}

/** A tenant is never given the server's own schemas. */
function requireHostSchema(schema: unknown): void {
  if (typeof schema === 'string' && !/^(pg_|information_schema$)/i.test(schema)) return
  throw new ConversationStoreError('VALIDATION_FAILED', {
    issues: [{ path: 'schema', message: 'must be a schema of your own, not one of PostgreSQL' }],
  })
}
