import type { Migration } from './kernel/migration.js'
import type { MigrationTarget } from './kernel/target.js'

/**
 * A tenant as its source names it. `database` is where its data is: a database on MongoDB, a schema on PostgreSQL. Null
 * means that it is not set up yet.
 */
export interface Tenant {
  readonly tenantId: string
  readonly database: string | null
  /** True if it was asked for by this id, and the source has no such tenant. */
  readonly isUnknown?: boolean
}

/** Where the public database lists its tenants. */
export interface TenantFields {
  /** The collection (on PostgreSQL the table) that lists them. Default `client_configs`. */
  readonly collection?: string | undefined
  /** The field that holds the tenant's id. Default `config_id`. */
  readonly tenantId?: string | undefined
  /**
   * The field that names the tenant's database (on PostgreSQL its schema). Default `schema_name`. A null in it means
   * that the tenant is not set up yet.
   */
  readonly database?: string | undefined
}

/**
 * Returns the tenants with the ids in `only`, or all tenants if `only` is null. It is best to stream them page by page,
 * because the run takes each tenant when it is ready for it.
 */
export type TenantFunction = (only: readonly string[] | null) => AsyncIterable<Tenant> | Iterable<Tenant>

/** A migration that says in which databases it runs. */
interface PlacedMigration extends Migration {
  readonly isPublic: boolean
  readonly isTenant: boolean
}

/**
 * One public database and any number of tenants' databases on one client. `mongoDatabases` and `postgresDatabases` make
 * it from the host's own client.
 */
export interface MigrationDatabases<M extends PlacedMigration = PlacedMigration> {
  readonly engine: 'mongo' | 'postgres'
  /**
   * Set if there are no tenants, and `publicTarget` is the database of the host's one store. `flags` choose it on the
   * command line.
   */
  readonly storeAlone?: { readonly flags: readonly string[] }
  /** All migrations of the program, in order, those of the public database and those of the tenants. */
  readonly migrations: readonly M[]
  readonly publicTarget: MigrationTarget<M>
  /**
   * Throws VALIDATION_FAILED for a name that the server can't hold, or that would lead to another database, such as
   * `acme/../other`.
   */
  tenantTarget(database: string): MigrationTarget<M>
  /**
   * Streams the tenants in pages, in the order of the source's keys, all of them if `only` is null. A tenant that is
   * added meanwhile may or may not be among them. An id in `only` that the source does not have comes with
   * `database: null` and `isUnknown`.
   */
  tenants(only: readonly string[] | null): AsyncIterable<Tenant>
  /** Counts the tenants with one command. Absent if their source is a function. */
  countTenants?(): Promise<number>
  /** The tenants whose last run failed, as the public database remembers them. */
  readonly failures: TenantFailures
  /** Examines the server and the public database, and changes nothing. */
  diagnose(): Promise<readonly Diagnosis[]>
}

export interface TenantFailures {
  list(): Promise<readonly TenantFailure[]>
  /** Each of these two calls is one statement, and `record` replaces an earlier failure of the tenant. */
  record(failure: TenantFailure): Promise<void>
  clear(tenantId: string): Promise<void>
}

export interface TenantFailure {
  readonly tenantId: string
  readonly database: string
  /**
   * The id of the migration (`migrationId`) and the name of the step that failed. Both are null if no step failed, for
   * instance because the database could not be reached.
   */
  readonly migration: string | null
  readonly step: string | null
  /** The error's message, without the contents of documents, tokens or connection strings. */
  readonly message: string
}

export interface Diagnosis {
  /**
   * One of `server version`, `rights`, `transactions`, `pooler`, `indexes`, `clock` and `long transactions`. The
   * command `doctor` adds `doubles in <table>`.
   */
  readonly check: string
  readonly state: 'ok' | 'warning' | 'problem'
  /** What was found and, if it is not ok, what to do about it. */
  readonly found: string
}
