/** What one database says of its migrations. Read with one command; empty where nothing was ever migrated. */
export interface Ledger {
  /** In the order in which they were begun first. */
  readonly entries: readonly LedgerEntry[]
}

/** Written before the first step runs (the intent), after every step, and at the end. Times are the database's. */
export interface LedgerEntry {
  /** `migrationId` of the migration. */
  readonly id: string
  readonly owner: string
  readonly collection: string
  readonly version: string
  readonly name: string
  readonly checksum: string
  readonly state: LedgerState
  /** The steps that are done, by name. */
  readonly steps: readonly string[]
  /** How often it was begun. */
  readonly attempts: number
  /** What failed last; null while nothing did. */
  readonly failure: { readonly step: string; readonly message: string } | null
  /** Rises with each migration that is begun first in this database, by the database's count. */
  readonly seq: number
  /** Of the library that ran it last. */
  readonly libraryVersion: string
  readonly startedAt: Date
  /** Null until it was applied or reverted. */
  readonly finishedAt: Date | null
}

/**
 * `applying` and `reverting` are intents: their runner is at work, or died; the next runner goes on. A `reverted` one
 * is pending again.
 */
export type LedgerState = 'applying' | 'applied' | 'failed' | 'reverting' | 'reverted'
