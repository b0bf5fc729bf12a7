/**
 * What one database says about its migrations. It is read with one command, and is empty if nothing was ever migrated.
 */
export interface Ledger {
  /** In the order in which the migrations were first begun. */
  readonly entries: readonly LedgerEntry[]
}

/**
 * An entry is written before the first step runs (the intent), after every step, and at the end. Its times are the
 * database's.
 */
export interface LedgerEntry {
  /** The `migrationId` of the migration. */
  readonly id: string
  readonly owner: string
  readonly collection: string
  readonly version: string
  readonly name: string
  readonly checksum: string
  readonly state: LedgerState
  /** The names of the steps that are done. */
  readonly steps: readonly string[]
  /** How often the migration was begun. */
  readonly attempts: number
  /** What failed last, or null if nothing has failed. */
  readonly failure: { readonly step: string; readonly message: string } | null
  /** A number that the database counts up whenever a migration is begun for the first time. */
  readonly seq: number
  /** The version of the library that ran it last. */
  readonly libraryVersion: string
  /** The host and the process that ran it last, as `host:pid`. Null if an older library did. */
  readonly runBy: string | null
  readonly startedAt: Date
  /** Null until the migration is applied or reverted. */
  readonly finishedAt: Date | null
}

/**
 * `applying` and `reverting` are intents: their runner is at work or has died, and the next runner goes on from there.
 * A `reverted` migration is pending again.
 */
export type LedgerState = 'applying' | 'applied' | 'failed' | 'reverting' | 'reverted'
