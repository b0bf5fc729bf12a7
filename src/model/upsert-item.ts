import type { ErrorDetails } from './errors.js'
import type { CustomerIdentity } from './identities.js'
import type { Patch } from './patches.js'
import type { Channel, Conversation, OnClosed } from './records.js'
import type { EventOutcome, StampedEvent } from './stamped-events.js'

export interface CustomerTarget {
  readonly oaId: string
  readonly customerId: string
}

export interface UpsertItem extends CustomerTarget {
  /**
   * This item's own operation id. Each item of a bulk call has a different one, and it stays the same on every retry.
   */
  readonly operationId: string
  /** Ids for the rows that this item may have to create. */
  readonly ids: {
    readonly conversation: string
    readonly contact: string
    readonly contactInbox: string
    /** One for each of the identities. */
    readonly identities: readonly string[]
  }
  /**
   * All ids by which the payload names the customer, `customerId` among them. Empty when it tells only `customerId`.
   */
  readonly identities: readonly CustomerIdentity[]
  readonly patch: Patch
  readonly channel: Channel | null
  readonly expectedVersion: number | 'absent' | null
  /** Null means the inbox's policy, otherwise `defaultOnClosed`. */
  readonly onClosed: OnClosed | null
  readonly defaultOnClosed: OnClosed
  /** What the conversation is that history alone opens for a customer without any. */
  readonly historyOpens: 'open' | 'closed'
  /** Whether the item's messages of history count as unread. */
  readonly markUnread: boolean
  /**
   * Set by `matchUsername`: the username in lower case, without `@`. Null means that the username is neither matched
   * nor claimed.
   */
  readonly usernameKey: string | null
  readonly events: readonly StampedEvent[]
}

export type ChangeOutcome = 'created' | 'updated' | 'reopened' | 'adopted' | 'merged' | 'unchanged' | 'duplicate'

/** What a failed item reports. The core makes the error from it. Only these codes can concern one item alone. */
export type ItemFailure = { [C in ItemFailureCode]: { readonly code: C; readonly details: ErrorDetails[C] } }[ItemFailureCode]
type ItemFailureCode =
  | 'VERSION_CONFLICT'
  | 'USERNAME_TAKEN'
  | 'INBOX_CHANNEL_MISMATCH'
  | 'CONTENTION'
  | 'COMMIT_OUTCOME_UNKNOWN'
  | 'UNSUPPORTED'

export type UpsertResult =
  | {
      readonly ok: true
      readonly outcome: ChangeOutcome
      readonly conversation: Conversation | null
      readonly events: readonly EventOutcome[]
      /** The identities that were not linked, because they can't all be one person's. */
      readonly conflicts: readonly CustomerIdentity[]
      /** Where the item was written, if the inbox that it names redirects and does not know the customer. */
      readonly redirectedTo?: string
    }
  | { readonly ok: false; readonly failure: ItemFailure }
