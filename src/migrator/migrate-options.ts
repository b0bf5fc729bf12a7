import type { IndexSet, Progress } from './report-parts.js'

/**
 * Which databases to work on, by default all of them. `publicOnly` contradicts `tenantsOnly`, `tenants` and
 * `retryFailed`: together they throw VALIDATION_FAILED.
 */
export interface DatabaseChoice {
  readonly publicOnly?: boolean
  readonly tenantsOnly?: boolean
  /** The ids of the tenants to work on. The public database is then left out too. */
  readonly tenants?: readonly string[]
  /** Only the tenants whose last run failed. The public database is then left out too. */
  readonly retryFailed?: boolean
  readonly signal?: AbortSignal
}

export interface LockChoice extends DatabaseChoice {
  /** Only this database, by its name (on PostgreSQL the schema's). */
  readonly database?: string
}

export interface StatusOptions extends DatabaseChoice {
  /** Which indexes are expected. Default `platform`. */
  readonly indexSet?: IndexSet
  /** How many tenants are asked at a time, 1 to 100. Default 4. */
  readonly concurrency?: number
}

export interface MigrateOptions extends DatabaseChoice {
  /**
   * True reports what would be run. The engine refuses every write, no lock is taken, and no ledger is created. Default
   * false.
   */
  readonly dryRun?: boolean
  /**
   * Only the migrations of this collection, in the chosen databases. On PostgreSQL, where a migration may be of several
   * tables, it throws VALIDATION_FAILED.
   */
  readonly collection?: string
  /**
   * Runs up to and including this version, in each collection. Throws VALIDATION_FAILED for a text that is no version
   * of the migrations.
   */
  readonly to?: string
  /**
   * True shows statements in full in a dry run. Default false: a function of the store is one line, with its size. On
   * MongoDB there is nothing that is shortened.
   */
  readonly verbose?: boolean
  /** `platform` makes all declared indexes, `store` those that the store's own queries need. Default `platform`. */
  readonly indexSet?: IndexSet
  /** How many tenants are worked on at a time, 1 to 100. Default 4. Each needs one connection. */
  readonly concurrency?: number
  /** Whether to go on with the other tenants after one has failed. Default `continue`. */
  readonly onError?: 'continue' | 'stop'
  /** How long to wait for another runner of a database, in milliseconds. Default 60,000. */
  readonly lockWaitMs?: number
  /** True runs a migration although a later one was applied already. Default false, which refuses it. */
  readonly allowOutOfOrder?: boolean
  /** True fails a database (on PostgreSQL a schema) that is not there, by its name. Default false, which creates it. */
  readonly noCreate?: boolean
  /** Documents or rows in a batch. Default 100. */
  readonly batchSize?: number
  /**
   * Roles that serve the stores of the chosen databases, on PostgreSQL. Each is granted what it needs, unless it is a
   * dry run. On MongoDB it throws UNSUPPORTED.
   */
  readonly servingRoles?: readonly string[]
  /** Called with every change of a database's state, to show the progress. */
  onProgress?(progress: Progress): void
}

export interface DownOptions
  extends Omit<MigrateOptions, 'to' | 'servingRoles' | 'indexSet' | 'allowOutOfOrder' | 'retryFailed' | 'noCreate'> {
  /**
   * Undoes everything that is later than this version, in each collection; '0' undoes everything. Without it, only the
   * last migration of each database is undone.
   */
  readonly to?: string
  /** True drops tables, columns and collections although they hold data. Default false. */
  readonly dropData?: boolean
}

/** The options of a run that change a ledger alone. */
type LedgerOptions = DatabaseChoice &
  Pick<MigrateOptions, 'dryRun' | 'collection' | 'concurrency' | 'onError' | 'lockWaitMs' | 'onProgress'>

export interface ResolveOptions extends LedgerOptions {
  /** The id of the migration, as `status` shows it: `@003`, `users@002`. */
  readonly migration: string
  /** `applied` and `rolled-back` say what somebody did by hand. `forget` removes an entry that the program lacks. */
  readonly as: 'applied' | 'rolled-back' | 'forget'
  /** Who decides it, for the ledger. Default: this process. */
  readonly by?: string
}

export interface BaselineOptions extends LedgerOptions {
  /** The version up to which the databases have everything, itself included, in each collection. */
  readonly to: string
  /** Who decides it, for the ledger. Default: this process. */
  readonly by?: string
}

export interface SyncIndexesOptions extends Omit<MigrateOptions, 'to' | 'servingRoles' | 'allowOutOfOrder' | 'noCreate'> {
  /** True also drops indexes that no migration declares. Default false. */
  readonly prune?: boolean
  /** Only the indexes of this table, on PostgreSQL, where `collection` chooses nothing. */
  readonly table?: string
}
