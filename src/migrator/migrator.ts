import type { KeptData } from '../model/kept-data.js'
import type { Tenant } from './databases.js'
import type { DatabaseFailure, SourceFailure } from './failure-reports.js'
import type { IndexAction, IndexFinding } from './kernel/index-findings.js'
import type { LedgerState } from './kernel/ledger.js'
import type { LockHolder } from './kernel/target.js'
import type {
  DatabaseState,
  DoctorReport,
  IndexSet,
  ListedMigration,
  LockReport,
  PreviewedMigration,
  Progress,
  Verdict,
} from './report-parts.js'

export type {
  DatabaseState,
  DoctorReport,
  IndexSet,
  ListedMigration,
  LockReport,
  PreviewedMigration,
  Progress,
  Verdict,
} from './report-parts.js'

/**
 * Brings a public database and its tenants' databases to the version of the program, and reports their state. Made by
 * `createMigrator`.
 */
export interface Migrator {
  /**
   * Runs what is pending, first on the public database, then on the tenants, `concurrency` at a time. The failure of
   * one tenant neither stops nor marks another. If the public database fails, the tenants are not reached. Any number
   * of processes may call this at once, and each step runs once. It resolves even if databases failed, so look at
   * `verdict`. The same holds if the source of the tenants fails. Throws VALIDATION_FAILED for options that contradict
   * each other.
   */
  migrate(options?: MigrateOptions): Promise<MigrateReport>
  /**
   * Undoes the last migrations, first those of the tenants, then those of the public database. Without `dropData` it
   * drops nothing that holds data: on MongoDB such a collection is `kept`, and on PostgreSQL the database fails with
   * DATA_KEPT at the migration that would drop it, with all of that migration as it was.
   */
  down(options: DownOptions): Promise<MigrateReport>
  /**
   * Writes into the ledgers what somebody decided about one migration that did not end by itself, or that the program
   * lacks. It runs nothing.
   */
  resolve(options: ResolveOptions): Promise<MigrateReport>
  /**
   * Writes into the ledgers that the host's own migrations up to a version are applied, for databases that were made
   * another way. It runs nothing.
   */
  baseline(options: BaselineOptions): Promise<MigrateReport>
  /** Makes the indexes what the migrations declare. */
  syncIndexes(options?: SyncIndexesOptions): Promise<SyncIndexesReport>
  /** Lists the migrations of the program, in order, without asking a database. */
  list(): readonly ListedMigration[]
  /** Reports the state of each database. It only reads, with one command for each database. */
  status(options?: StatusOptions): Promise<StatusReport>
  /**
   * Examines the server: version, rights, transactions, pooler, indexes, clock and long transactions. It changes
   * nothing.
   */
  doctor(): Promise<DoctorReport>
  /** Lists who is at work on the chosen databases, and nobody else. Throws VALIDATION_FAILED for another `database`. */
  showLocks(options?: LockChoice): Promise<readonly LockReport[]>
  /**
   * Takes the lock of one database from its holder, whose next write then fails. Returns null if nobody held it. Throws
   * VALIDATION_FAILED for a database (on PostgreSQL a schema) that is not there.
   */
  breakLock(database: string): Promise<LockHolder | null>
  /** Brings a new tenant's database to the program's version. Throws the error that made it fail. */
  onTenantCreated(tenant: Tenant): Promise<DatabaseReport>
}

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

export interface DatabaseReport {
  /** Null for the public database. */
  readonly tenantId: string | null
  /** Null if the tenant has none yet. */
  readonly database: string | null
  readonly state: DatabaseState
  /** Ids of the migrations that were run, in order. In a dry run and in `status`, those that are pending. */
  readonly migrations: readonly string[]
  /**
   * What each step would do, in a dry run. If the run creates the schema first, or lacks a right, that stands before
   * the first migration, as `(before the first)`.
   */
  readonly preview: readonly PreviewedMigration[]
  /** What `down` left there of the migrations that it undid, because it holds data. Absent if that is nothing. */
  readonly kept?: readonly KeptData[]
  /** True if the database (on PostgreSQL the schema) was not there, and was created. In a dry run, it would be. */
  readonly isNew?: boolean
  /** What failed, where it failed, and the command that goes on, if the database failed, was refused or was locked. */
  readonly failure: DatabaseFailure | null
  /** Why the database was skipped, not reached or not worked on, else null. */
  readonly why: string | null
}

export interface MigrateReport {
  readonly verdict: Verdict
  readonly dryRun: boolean
  /** Null if the public database was not chosen. */
  readonly public: DatabaseReport | null
  /** In the order of the source. */
  readonly tenants: readonly DatabaseReport[]
  /** Set if the source of the tenants failed. `tenants` has those that it gave before. */
  readonly sourceFailure?: SourceFailure
  readonly counts: Readonly<Record<DatabaseState, number>>
}

export interface IndexReport {
  readonly tenantId: string | null
  readonly database: string | null
  readonly state: DatabaseState
  readonly findings: readonly IndexFinding[]
  /** What was done or, in a dry run, what would be done. */
  readonly actions: readonly IndexAction[]
  readonly failure: DatabaseFailure | null
  readonly why: string | null
}
export interface SyncIndexesReport {
  readonly verdict: Verdict
  readonly dryRun: boolean
  readonly public: IndexReport | null
  readonly tenants: readonly IndexReport[]
  readonly sourceFailure?: SourceFailure
}

export interface StatusReport {
  readonly verdict: Verdict
  readonly public: DatabaseStatus | null
  readonly tenants: readonly DatabaseStatus[]
  readonly sourceFailure?: SourceFailure
}
export interface DatabaseStatus extends DatabaseReport {
  readonly ledger: readonly {
    readonly id: string
    readonly state: LedgerState
    readonly attempts: number
    /** When it was begun last, and when it ended, on the database's clock, and by which version of the library. */
    readonly startedAt: Date
    readonly finishedAt: Date | null
    readonly libraryVersion: string
    /** The host and the process that ran it last, as `host:pid`. Null if that was an older library. */
    readonly runBy: string | null
  }[]
}
