import type { IndexAction, IndexFinding, IndexSyncOptions } from './index-findings.js'
import type { Ledger } from './ledger.js'
import type { Migration } from './migration.js'

/**
 * One database (on PostgreSQL: one schema of it) that can be brought to a version. Engines implement it; the runner
 * (run-target.ts) decides what is to run and in which order.
 */
export interface MigrationTarget<M extends Migration = Migration> {
  /** As people know it, and as reports and commands name it: the database, on PostgreSQL the schema. */
  readonly database: string
  /** Those that concern this database, in the order of running. */
  readonly migrations: readonly M[]
  /** One command, which changes nothing and waits for nobody. */
  readLedger(): Promise<Ledger>
  /**
   * Waits until this process is the only runner of this database, looking again with growing, jittered pauses; on
   * PostgreSQL between its looks no statement and no transaction of ours is open. Throws MIGRATION_LOCKED when `waitMs`
   * are over, ABORTED.
   */
  lock(options: LockOptions): Promise<LockedTarget<M>>
  /**
   * What the given steps would do, without doing it: the engine refuses every write. Takes no lock, makes no ledger,
   * and works beside a runner. Code (`up`) is run up to its first write, which is told.
   */
  preview(migration: M, steps: readonly string[], context: RunContext): Promise<readonly PreviewedStep[]>
  /**
   * The indexes that are there beside those that the migrations declare; of another set than `indexSet` none is missed.
   * Reads only.
   */
  compareIndexes(indexSet: string | null): Promise<readonly IndexFinding[]>
  /** What `syncIndexes` would do, in order. Reads only. */
  previewIndexes(options: IndexSyncOptions): Promise<readonly IndexAction[]>
  /** Who is at work here; null: nobody. */
  readLock(): Promise<LockHolder | null>
  /** Takes the lock from its holder, whose next write then fails; null: nobody held it. */
  breakLock(): Promise<LockHolder | null>
}

export interface LockOptions {
  /** How long to wait for another runner; 0: one look. */
  readonly waitMs: number
  readonly signal: AbortSignal | null
  /** Told once for each other runner that is waited for. */
  onWait(holder: LockHolder | null): void
}

export interface LockHolder {
  /** `host:pid`, and on PostgreSQL the backend's process id. */
  readonly holder: string
  /** On the database's clock; null where the server does not say. */
  readonly since: Date | null
  /**
   * Until the lease ends if its holder is gone, milliseconds on the database's clock; null: it ends with the holder's
   * connection.
   */
  readonly expiresInMs: number | null
}

/**
 * A database whose only runner this process is, until `release`. Writes fail with LEASE_LOST once another has taken
 * over.
 */
export interface LockedTarget<M extends Migration = Migration> {
  /** Aborted when the lock is lost. */
  readonly signal: AbortSignal
  readLedger(): Promise<Ledger>
  /**
   * Writes the intent, runs the steps in order and records each, then the end. Where the engine can, steps and records
   * are one transaction. A step that throws is recorded (state `failed`) and thrown on as MIGRATION_FAILED or as the
   * typed error that it is.
   */
  apply(migration: M, steps: readonly string[], context: RunContext): Promise<void>
  /** The way back: writes the intent, runs `down`, undoes what the steps made, and records it as reverted. */
  revert(migration: M, context: RunContext): Promise<void>
  /** Makes the indexes what the migrations declare; each action is told when it is done. A second call does nothing. */
  syncIndexes(options: IndexSyncOptions, context: RunContext): Promise<readonly IndexAction[]>
  /** Lets go; of a lock that was lost, nothing. */
  release(): Promise<void>
}

/** What a run gives to its steps. */
export interface RunContext {
  readonly signal: AbortSignal
  readonly logger: MigrationLogger
  /** Documents or rows a batch. */
  readonly batchSize: number
  onStep(step: string, state: 'started' | 'done'): void
}

/** Text without line ends; details as data. Never a document's contents. */
export interface MigrationLogger {
  debug(message: string, details?: Readonly<Record<string, unknown>>): void
  info(message: string, details?: Readonly<Record<string, unknown>>): void
  warn(message: string, details?: Readonly<Record<string, unknown>>): void
  error(message: string, details?: Readonly<Record<string, unknown>>): void
}

export interface PreviewedStep {
  readonly step: string
  /** Each statement, command or index as it would be sent. */
  readonly would: readonly string[]
  /** How many documents or rows there are for it to go over; null where it goes over none. */
  readonly count: number | null
  /** What would stop it: duplicates that a unique index refuses, an index in its place, a lacking right. */
  readonly obstacles: readonly string[]
}
