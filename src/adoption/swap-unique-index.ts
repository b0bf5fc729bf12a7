import type { ErrorDetails } from '../model/errors.js'
import { type Adoption, adoption } from './adoption.js'
import type { Backup } from './backup.js'
import { byEngine } from './databases.js'
import type { MergeOptions } from './merge-duplicate-conversations.js'
import type { AdoptionOptions } from './options.js'
import type { UniqueKey, UniqueOver } from './unique-key.js'

export interface SwapOptions extends AdoptionOptions {
  /**
   * `active` (the default): one active conversation of a customer in an inbox of an account, which needs
   * `conversations.status`. `all`: one conversation, so that the customer gets no second one after it was closed.
   */
  readonly over?: UniqueOver
  /** The index or constraint that is replaced. Default: every unique one over the inbox and the customer alone. */
  readonly oldIndex?: string
  /** Default: `<accountId>_1_<oaId>_1_<customerId>_1`, with `_active` behind it if it is over the active ones. */
  readonly newIndex?: string
  /**
   * How the doubles are merged that stand in the way. Without it, `apply` ends as soon as no further double can come,
   * and is to be called again once the doubles were merged.
   */
  readonly merge?: Pick<MergeOptions, 'messages' | 'counters' | 'over'>
}

/** Groups of conversations that the new index does not let stand beside each other. */
export type Doubles = Pick<ErrorDetails['DUPLICATE_KEYS'], 'groups' | 'totalGroups' | 'totalDocuments' | 'query'>

/** What of the swap stands. */
export interface SwapState extends UniqueKey {
  /** The unique indexes and constraints over the inbox and the customer alone. */
  readonly old: readonly string[]
  /** `guarded`: not unique yet, but no further double can come. */
  readonly state: 'absent' | 'guarded' | 'unique'
  /** Null if there are none. */
  readonly doubles: Doubles | null
}

export interface SwapPlan extends SwapState, Backup {
  readonly revertible: 'while the old key is unique'
  /** What `apply` would send, for people to read. */
  readonly statements: readonly string[]
  readonly warnings: readonly string[]
}

export interface SwapVerified extends SwapState {
  /** Whether the new index is unique and the old one is gone. */
  readonly ok: boolean
}

/**
 * Replaces the unique index over inbox and customer by one that has the account in it, and that lets closed conversations
 * repeat.
 *
 * There is no moment without a unique index where there was one, and no further double from the first statement on:
 * the new index stands before the old one is dropped. Where doubles are in its way, MongoDB refuses new ones by
 * `prepareUnique`, and PostgreSQL by an index over all rows but the marked doubles and a trigger. Writers then get the
 * errors that a unique index gives (11000, 23505).
 *
 * Throws UNSUPPORTED for MongoDB older than 6.0, INDEX_CONFLICT for another index under the new name, and
 * SCHEMA_CHANGE_BLOCKED. `revert` makes the old index again and then drops the new one. It throws DUPLICATE_KEYS, and
 * lists them, while several conversations have the same inbox and customer.
 */
export function swapUniqueIndex(options: SwapOptions): Adoption<SwapPlan, SwapVerified, SwapVerified, SwapVerified> {
  const steps = byEngine(options.db, {
    mongo: (db) => import('./mongo/swap-unique-index.js').then((engine) => engine.swapUniqueIndex(db, options)),
    postgres: (driver) => import('./postgres/swap-unique-index.js').then((engine) => engine.swapUniqueIndex(driver, options)),
  })
  return adoption(options, {
    plan: async () => (await steps).plan(),
    apply: async () => (await steps).apply(),
    verify: async () => (await steps).verify(),
    revert: async () => (await steps).revert(),
  })
}
