import type { ConversationStoreError } from '../model/errors.js'
import type { AllowClosedOptions } from './allow-closed-types.js'
import type { BackfillOptions } from './backfill-types.js'
import type { AdoptionOptions } from './options.js'
import type { SwapOptions } from './swap-types.js'

/**
 * `check` looks and changes nothing. `wait` looks until it is ready, as a pod does whose database a job of the
 * deployment prepares. `run` does what is missing, one process at a time.
 */
export type ReadyMode = 'check' | 'wait' | 'run'

type Own<T> = Omit<T, Exclude<keyof AdoptionOptions, 'conversations'>>

/** What has to be ready: the store's own schema, and each part of the host's tables that is named here. */
export interface EnsureReadyOptions extends Omit<AdoptionOptions, 'db' | 'apply'> {
  /** The host's own database. It is needed for the parts below. */
  readonly db?: AdoptionOptions['db']
  /** Default `check`. */
  readonly mode?: ReadyMode
  /** Whether each conversation has the account of its integration, as `backfillAccountIds` gives it. */
  readonly backfill?: Own<BackfillOptions>
  /** Whether the unique index of `swapUniqueIndex` stands. */
  readonly indexes?: Own<SwapOptions>
  /** Whether the indexes, and with `key-column` the trigger, of `allowClosedDuplicates` stand. */
  readonly allowClosed?: Own<AllowClosedOptions>
  /** For how long `wait` waits, in milliseconds. Default 60,000. */
  readonly waitMs?: number
}

export interface ReadyReport {
  readonly ready: boolean
  readonly parts: readonly ReadyPart[]
}

export interface ReadyPart {
  readonly part: 'schema' | 'backfill' | 'indexes' | 'allowClosed'
  /**
   * `done`: it was not ready, and this call did it. `pending`: it is not ready. `failed`: it could not be looked at or
   * done, for a reason that somebody has to see.
   */
  readonly state: 'ready' | 'done' | 'pending' | 'failed'
  /** What is missing, in sentences. */
  readonly problems: readonly string[]
  /** The command that does it. */
  readonly command: string
  /** Null unless it failed. */
  readonly error: ConversationStoreError | null
}
