import type { Migration } from './kernel/migration.js'
import type { MigrationTarget } from './kernel/target.js'

/**
 * A tenant as its source names it. `database` is where its data is: a database on MongoDB, a schema on PostgreSQL;
 * null: not set up yet.
 */
export interface Tenant {
  readonly tenantId: string
  readonly database: string | null
}

/** Where the public database has its tenants. */
export interface TenantFields {
  /** The collection, on PostgreSQL the table; default `client_configs`. */
  readonly collection?: string | undefined
  /** Default `config_id`. */
  readonly tenantId?: string | undefined
  /** Of the tenant's database, on PostgreSQL its schema; default `schema_name`. Null there: not set up yet. */
  readonly database?: string | undefined
}

/** Names the tenants; null: all. Pages are best streamed: the run takes them as it comes to them. */
export type TenantFunction = (only: readonly string[] | null) => AsyncIterable<Tenant> | Iterable<Tenant>

/** A migration that says in which databases it runs. */
interface PlacedMigration extends Migration {
  readonly isPublic: boolean
  readonly isTenant: boolean
}

/** One public database and any number of tenants' on one client. An engine's, made with the host's own client. */
export interface MigrationDatabases<M extends PlacedMigration = PlacedMigration> {
  readonly engine: 'mongo' | 'postgres'
  /** All that the program has, in order; public and tenants'. */
  readonly migrations: readonly M[]
  readonly publicTarget: MigrationTarget<M>
  /**
   * Throws VALIDATION_FAILED for a name that the server could not hold, or that would be another database:
   * `acme/../other`.
   */
  tenantTarget(database: string): MigrationTarget<M>
  /**
   * In pages, by the order of the source's keys; a tenant that is added meanwhile may come or not. Null: all. What
   * `only` names and the source does not have comes with `database: null`.
   */
  tenants(only: readonly string[] | null): AsyncIterable<Tenant>
  /** The tenants whose last run failed, remembered in the public database. */
  readonly failures: TenantFailures
  /** Looks at the server and at the public database. Changes nothing. */
  diagnose(): Promise<readonly Diagnosis[]>
}

export interface TenantFailures {
  list(): Promise<readonly TenantFailure[]>
  /** One statement each; `record` writes over what was there. */
  record(failure: TenantFailure): Promise<void>
  clear(tenantId: string): Promise<void>
}

export interface TenantFailure {
  readonly tenantId: string
  readonly database: string
  /** `migrationId` and step where one failed, else null (the database could not be reached). */
  readonly migration: string | null
  readonly step: string | null
  /** The error's message: without documents' contents, tokens and connection strings. */
  readonly message: string
}

export interface Diagnosis {
  /** `server version`, `rights`, `transactions`, `pooler`, `indexes`, `clock`, `long transactions`. */
  readonly check: string
  readonly state: 'ok' | 'warning' | 'problem'
  /** What was found and, where it is not ok, what to do. */
  readonly found: string
}
