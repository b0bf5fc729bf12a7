import type { Diagnosis, Tenant } from './databases.js'
import type { IndexAction, IndexFinding } from './kernel/index-findings.js'
import type { LedgerState } from './kernel/ledger.js'
import type { LockHolder } from './kernel/target.js'

/**
 * Brings a public database and its tenants' to the version of the program, and tells how they stand. Made by
 * `createMigrator`.
 */
export interface Migrator {
  /**
   * Runs what is pending: the public database first, then the tenants, `concurrency` at a time. One tenant's failure
   * neither stops nor marks another; if the public database fails, the tenants are not reached. Any number of processes
   * may call it at once: each step runs once. Resolves also where databases failed: look at `verdict`. Throws
   * VALIDATION_FAILED for options that contradict each other.
   */
  migrate(options?: MigrateOptions): Promise<MigrateReport>
  /** Undoes the last migrations, the tenants' first, then the public database's. */
  down(options: DownOptions): Promise<MigrateReport>
  /** Makes the indexes what the migrations declare. */
  syncIndexes(options?: SyncIndexesOptions): Promise<SyncIndexesReport>
  /** What the program has, in order; asks no database. */
  list(): readonly ListedMigration[]
  /** How each database stands; reads only, one command a database. */
  status(options?: StatusOptions): Promise<StatusReport>
  /** Looks at the server: version, rights, transactions, pooler, indexes, clock, long transactions. Changes nothing. */
  doctor(): Promise<DoctorReport>
  /** Who is at work on the chosen databases. Databases that nobody works on are left out. */
  showLocks(options?: DatabaseChoice): Promise<readonly LockReport[]>
  /** Takes the lock of one database from its holder, whose next write fails; null: nobody held it. */
  breakLock(database: string): Promise<LockHolder | null>
  /** Brings a new tenant's database to the program's version. Throws what failed. */
  onTenantCreated(tenant: Tenant): Promise<DatabaseReport>
}

/**
 * `store`: the indexes that the store's own queries and guards need. `platform`: those and what an operator's reports
 * ask for.
 */
export type IndexSet = 'store' | 'platform'

/** Which databases; all by default. `publicOnly` with `tenantsOnly` or `tenants` is VALIDATION_FAILED. */
export interface DatabaseChoice {
  readonly publicOnly?: boolean
  readonly tenantsOnly?: boolean
  /** Ids of tenants; then the public database is left out too. */
  readonly tenants?: readonly string[]
  /** Only the tenants whose last run failed. */
  readonly retryFailed?: boolean
  readonly signal?: AbortSignal
}

export interface StatusOptions extends DatabaseChoice {
  /** Which indexes are asked for; default `platform`. */
  readonly indexSet?: IndexSet
  /** Tenants at a time, 1 to 100; default 4. */
  readonly concurrency?: number
}

export interface MigrateOptions extends DatabaseChoice {
  /** True: tells what would be run, enforced by the engine; takes no lock, makes no ledger. Default false. */
  readonly dryRun?: boolean
  /** Only the migrations of this collection, in the chosen databases. */
  readonly collection?: string
  /** Up to this version of each collection, itself included. */
  readonly to?: string
  /** Default `platform`: all declared indexes; `store`: those that the store's own queries need. */
  readonly indexSet?: IndexSet
  /** Tenants at a time, 1 to 100; default 4. Each needs one connection. */
  readonly concurrency?: number
  /** After a tenant that failed; default `continue`. */
  readonly onError?: 'continue' | 'stop'
  /** How long to wait for another runner of a database, milliseconds; default 60,000. */
  readonly lockWaitMs?: number
  /** Runs a migration before one that was applied already; default false: refused. */
  readonly allowOutOfOrder?: boolean
  /** Documents or rows a batch; default 100. */
  readonly batchSize?: number
  /** Told of every change of a database's state, for progress. */
  onProgress?(progress: Progress): void
}

export interface DownOptions extends Omit<MigrateOptions, 'to' | 'indexSet' | 'allowOutOfOrder' | 'retryFailed'> {
  /**
   * Undo all that is later than this version, in each collection; '0' is all. Left out: only the last migration of each
   * database.
   */
  readonly to?: string
}

export interface SyncIndexesOptions extends Omit<MigrateOptions, 'to' | 'allowOutOfOrder'> {
  /** True drops indexes that no migration declares, too. Default false. */
  readonly prune?: boolean
}

export interface Progress {
  /** Null: the public database. */
  readonly tenantId: string | null
  readonly database: string
  readonly state: 'waiting' | 'running' | DatabaseState
  /** The migration and the step at work. */
  readonly migration: string | null
  readonly step: string | null
  readonly finished: number
}

/**
 * `pending`: a dry run, or `status`, found something to do. `refused`: the ledger and the program contradict each other
 * (drift). `newer`: the database was migrated by a newer program. `skipped`: not asked for, or it can't be: see `why`.
 * `not-reached`: the run ended before.
 */
export type DatabaseState = 'applied' | 'up-to-date' | 'pending' | 'failed' | 'locked' | 'refused' | 'newer' | 'skipped' | 'not-reached'

export interface DatabaseReport {
  /** Null: the public database. */
  readonly tenantId: string | null
  /** Null: the tenant has none yet. */
  readonly database: string | null
  readonly state: DatabaseState
  /** Ids of the migrations that were run (of a dry run and of `status`: that are pending), in order. */
  readonly migrations: readonly string[]
  /** Of a dry run: what each step would do. */
  readonly preview: readonly PreviewedMigration[]
  /** Of one that failed, was refused or locked: what, where, and the command that goes on. */
  readonly failure: DatabaseFailure | null
  /** Why it was skipped or not reached; else null. */
  readonly why: string | null
}

export interface DatabaseFailure {
  /** A code of the library, else `MIGRATION_FAILED`. */
  readonly code: string
  readonly migration: string | null
  readonly step: string | null
  readonly message: string
  /** The command to run next, once what failed is mended. */
  readonly next: string
  /** The details of the library's error: duplicate groups, ids that changed, the holder of the lock. */
  readonly details: unknown
}

export interface PreviewedMigration {
  readonly migration: string
  readonly steps: readonly {
    readonly step: string
    readonly would: readonly string[]
    readonly count: number | null
    readonly obstacles: readonly string[]
  }[]
}

/** In the order of what matters first; the CLI's exit code stands for it. */
export type Verdict = 'done' | 'error' | 'pending' | 'locked' | 'some-failed' | 'drift' | 'newer'

export interface MigrateReport {
  readonly verdict: Verdict
  readonly dryRun: boolean
  /** Null where it was not chosen. */
  readonly public: DatabaseReport | null
  /** In the order of the source. */
  readonly tenants: readonly DatabaseReport[]
  readonly counts: Readonly<Record<DatabaseState, number>>
}

export interface IndexReport {
  readonly tenantId: string | null
  readonly database: string | null
  readonly state: DatabaseState
  readonly findings: readonly IndexFinding[]
  /** What was done; of a dry run: what would be. */
  readonly actions: readonly IndexAction[]
  readonly failure: DatabaseFailure | null
  readonly why: string | null
}
export interface SyncIndexesReport {
  readonly verdict: Verdict
  readonly dryRun: boolean
  readonly public: IndexReport | null
  readonly tenants: readonly IndexReport[]
}

export interface ListedMigration {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly collection: string
  readonly version: string
  readonly isPublic: boolean
  readonly isTenant: boolean
  readonly steps: readonly string[]
  readonly checksum: string
}

export interface StatusReport {
  readonly verdict: Verdict
  readonly public: DatabaseStatus | null
  readonly tenants: readonly DatabaseStatus[]
}
export interface DatabaseStatus extends DatabaseReport {
  readonly ledger: readonly {
    readonly id: string
    readonly state: LedgerState
    readonly attempts: number
    readonly finishedAt: Date | null
  }[]
}

export interface DoctorReport {
  readonly verdict: Verdict
  readonly diagnoses: readonly Diagnosis[]
}

export interface LockReport extends LockHolder {
  readonly tenantId: string | null
  readonly database: string
}
