import type { KeptData } from '../model/kept-data.js'
import type { Tenant } from './databases.js'
import type { DatabaseFailure, SourceFailure } from './failure-reports.js'
import type { IndexAction, IndexFinding } from './kernel/index-findings.js'
import type { LedgerState } from './kernel/ledger.js'
import type { LockHolder, PreviewedStep } from './kernel/target.js'
import type {
  BaselineOptions,
  DownOptions,
  LockChoice,
  MigrateOptions,
  ResolveOptions,
  StatusOptions,
  SyncIndexesOptions,
} from './migrate-options.js'
import type { DatabaseState, DoctorReport, ListedMigration, LockReport, PreviewedMigration, Verdict } from './report-parts.js'

export type {
  BaselineOptions,
  DatabaseChoice,
  DownOptions,
  LockChoice,
  MigrateOptions,
  ResolveOptions,
  StatusOptions,
  SyncIndexesOptions,
} from './migrate-options.js'
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

export interface DatabaseReport {
  /** Null for the public database. */
  readonly tenantId: string | null
  /** Null if the tenant has none yet. */
  readonly database: string | null
  readonly state: DatabaseState
  /** Ids of the migrations that were run, in order. In a dry run and in `status`, those that are pending. */
  readonly migrations: readonly string[]
  /** What each step would do, in a dry run. */
  readonly preview: readonly PreviewedMigration[]
  /** What a run would do before the first migration, in a dry run, and the rights that it lacks. Absent if nothing. */
  readonly creation?: PreviewedStep
  /** What `down` left there of the migrations that it undid, because it holds data. Absent if that is nothing. */
  readonly kept?: readonly KeptData[]
  /**
   * The unique indexes on the store's tables or collections that the store did not make, in words, where `migrate` has
   * applied something. They refuse what the store has to write. Absent if there are none.
   */
  readonly foreign?: readonly string[]
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
