import type { KeptData } from '../../model/kept-data.js'
import type { IndexBuild } from './index-build.js'
import type { IndexAction, IndexFinding, IndexSyncOptions } from './index-findings.js'
import type { Ledger } from './ledger.js'
import type { Migration } from './migration.js'

/**
 * One database (on PostgreSQL one schema of it) that can be brought to a version. The engines implement it. The runner
 * (run-target.ts) decides what runs and in which order.
 */
export interface MigrationTarget<M extends Migration = Migration> {
  /** The name that people know it by and that reports and commands use: the database, or on PostgreSQL the schema. */
  readonly database: string
  /** The migrations that concern this database, in the order of running. */
  readonly migrations: readonly M[]
  /** Owners whose entries in the ledger the program has to know, even if it has no migration of theirs any more. */
  readonly answersFor?: readonly string[]
  /** Reads the ledger with one command, which changes nothing and waits for no lock. */
  readLedger(): Promise<Ledger>
  /**
   * Waits until this process is the only runner of this database. It looks again after pauses that grow and are
   * jittered. On PostgreSQL no statement and no transaction of ours stays open between two looks. Throws
   * MIGRATION_LOCKED when `waitMs` are over, and ABORTED.
   */
  lock(options: LockOptions): Promise<LockedTarget<M>>
  /**
   * Returns what the given steps would do, without doing it: the engine refuses every write. It takes no lock, creates
   * no ledger, and may run beside a runner. Code (`up`) is run up to its first write, which is reported.
   */
  preview(migration: M, steps: readonly string[], context: PreviewContext): Promise<readonly PreviewedStep[]>
  /**
   * Returns what a run does before its first migration, and the rights that it lacks. Null if that is nothing. Only
   * asked in a dry run that has something to do.
   */
  previewCreation?(): Promise<PreviewedStep | null>
  /**
   * Returns what undoing a migration would do, without doing it, as `preview` does. What would be dropped stands there
   * with the number of its rows or documents, and what holds data is an obstacle.
   */
  previewRevert(migration: M, context: RunContext): Promise<readonly PreviewedStep[]>
  /**
   * Compares the indexes that exist with those that the migrations declare. An index of another set than `indexSet` is
   * not reported as missing. Reads only.
   */
  compareIndexes(indexSet: string | null): Promise<readonly IndexFinding[]>
  /** Returns what `syncIndexes` would do, in order. Reads only. */
  previewIndexes(options: IndexSyncOptions): Promise<readonly IndexAction[]>
  /**
   * Whether the database, or on PostgreSQL the schema, is there. A MongoDB database is there once it has a collection.
   * Only asked when the ledger is empty. Targets that can't tell leave it out.
   */
  exists?(): Promise<boolean>
  /**
   * Returns the unique indexes on the store's tables or collections that the store did not make, in words. Reads only.
   * Targets that have no migration of the store's, and those whose caller asks itself, leave it out.
   */
  foreignIndexes?(): Promise<readonly string[]>
  /** Returns who is at work on this database, or null if nobody is. */
  readLock(): Promise<LockHolder | null>
  /** Takes the lock from its holder, whose next write then fails. Returns null if nobody held it. */
  breakLock(): Promise<LockHolder | null>
}

export interface LockOptions {
  /** How long to wait for another runner, in milliseconds. 0 looks once. */
  readonly waitMs: number
  readonly signal: AbortSignal | null
  /** Called once for each other runner that is waited for. */
  onWait(holder: LockHolder | null): void
}

export interface LockHolder {
  /**
   * `host:pid` on MongoDB. On PostgreSQL the backend's process id, with its application name and address if the server
   * shows them.
   */
  readonly holder: string
  /** The time on the database's clock, or null where the server does not show it. */
  readonly since: Date | null
  /**
   * Milliseconds, on the database's clock, until the lease ends if its holder is gone. Null means that the lock ends
   * with the holder's connection.
   */
  readonly expiresInMs: number | null
}

/**
 * A database that only this process runs, until `release`. Writes fail with LEASE_LOST once another process has taken
 * over.
 */
export interface LockedTarget<M extends Migration = Migration> {
  /** Aborted when the lock is lost. */
  readonly signal: AbortSignal
  readLedger(): Promise<Ledger>
  /**
   * Writes the intent, runs the steps in order, records each, and then records the end. Where the engine can do so, the
   * steps and their records are one transaction. A step that throws is recorded with the state `failed`, and its error
   * is thrown on as MIGRATION_FAILED or as the typed error that it is.
   */
  apply(migration: M, steps: readonly string[], context: RunContext): Promise<void>
  /**
   * Undoes a migration: writes the intent, runs `down`, undoes what the steps made, and records the migration as
   * reverted. Without `dropData` nothing that holds data is dropped: the migration is not undone then (DATA_KEPT), or,
   * where a migration that is run again finds its collection as it made it, the collection is kept and returned.
   */
  revert(migration: M, context: RunContext, terms: RevertTerms): Promise<readonly KeptData[]>
  /**
   * Makes the indexes what the migrations declare, and returns each action that was done. A second call does nothing.
   */
  syncIndexes(options: IndexSyncOptions, context: RunContext): Promise<readonly IndexAction[]>
  /** Writes a decision of somebody into the ledger, beginning with its note, and runs nothing. */
  changeLedger(change: LedgerChange<M>): Promise<void>
  /**
   * Grants roles what they need to serve, in one transaction. A second call changes nothing. Throws VALIDATION_FAILED
   * for a role that the server doesn't have. Engines without such roles leave it out.
   */
  serve?(roles: readonly string[]): Promise<void>
  /** Gives the lock up. It does nothing if the lock was lost. */
  release(): Promise<void>
}

/** What somebody decided about a ledger, without running anything. */
export interface LedgerChange<M extends Migration = Migration> {
  /** Migrations that are applied from now on, with the steps that are not recorded yet. */
  readonly applied: readonly { readonly migration: M; readonly steps: readonly string[] }[]
  readonly reverted: readonly M[]
  /** Ids whose entries are removed. */
  readonly forgotten: readonly string[]
  /** What was decided and by whom. It stays in the ledger, in an entry of the owner `auditOwner`. */
  readonly note: string
}

export interface RevertTerms {
  /** Whether tables, columns and collections are dropped although they hold data. Default false. */
  readonly dropData?: boolean
}

/** How far a pass has got. */
export interface PassedRows {
  /** How many documents or rows it has gone over, those of earlier runs included. */
  readonly done: number
  /** How many there were when it was counted: when it began, or on MongoDB when this run took it up. */
  readonly of: number
}

/** What a run hands to its steps. */
export interface RunContext {
  readonly signal: AbortSignal
  readonly logger: MigrationLogger
  /** Documents or rows in a batch. */
  readonly batchSize: number
  /** True previews statements in full. Otherwise the functions of the store are one line each. */
  readonly verbose?: boolean
  onStep(step: string, state: 'started' | 'done'): void
  /** Called behind each batch of a step's code. */
  onRows?(rows: PassedRows): void
  /** Called from time to time while an index is built, where the server tells how far it is. */
  onBuild?(build: IndexBuild): void
  /** Called with each change of an index by `syncIndexes` that is done, so that a failure can tell what was done. */
  onAction?(action: IndexAction): void
  /**
   * Whether the run goes on to the migration with this id, if it comes later. An index that such a migration changes or
   * retires is not made by an earlier one, because it might not be possible any more. Without it, the run goes on to
   * all.
   */
  goesOnTo?(id: string): boolean
}

/** What a preview of steps is given. */
interface PreviewContext extends RunContext {
  /** The ledger as it was read for the whole preview, so that nobody reads it anew for each migration. */
  readonly ledger: Ledger
}

/** Messages have no line ends, and details are data. Neither ever holds the contents of a document. */
export interface MigrationLogger {
  debug(message: string, details?: Readonly<Record<string, unknown>>): void
  info(message: string, details?: Readonly<Record<string, unknown>>): void
  warn(message: string, details?: Readonly<Record<string, unknown>>): void
  error(message: string, details?: Readonly<Record<string, unknown>>): void
}

/** The step of `previewCreation`. */
export const creationStep = 'creation'

export interface PreviewedStep {
  readonly step: string
  /** The statements, commands or indexes as they would be sent. */
  readonly would: readonly string[]
  /** How many documents or rows the step would go over, or null if it goes over none. */
  readonly count: number | null
  /** True if an obstacle is sure to stop it. Absent if none is, or if only a run can tell. */
  readonly stops?: boolean
  /** What would stop it: duplicates that a unique index refuses, an index in its place, or a right that is lacking. */
  readonly obstacles: readonly string[]
}
