import type { ErrorDetails } from '../model/errors.js'
import type { Backup } from './backup.js'
import type { MergeOptions } from './merge-types.js'
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
