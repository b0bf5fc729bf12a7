import type { ConversationStoreError } from '../model/errors.js'
import type { CustomerIdentity } from '../model/identities.js'
import type { JsonObject } from '../model/json.js'
import type { Contact, Conversation, Identity } from '../model/records.js'

/**
 * What a write did. `duplicate`: every event was known already, so nothing changed. `unchanged`: there was nothing to
 * change. `adopted`: it used a conversation that `matchUsername` found. `merged`: the call's ids proved that two
 * customers are one person, and the active conversation of one of them is a part of the other's now.
 */
export type WriteOutcomeName = 'created' | 'updated' | 'reopened' | 'adopted' | 'merged' | 'unchanged' | 'duplicate'

export interface ConversationChange<TMetadata = JsonObject> {
  readonly outcome: WriteOutcomeName
  readonly conversation: Conversation<TMetadata>
  /** Only with the outcome `merged`: names the merge for `unmergeConversations`. */
  readonly mergeId?: string
  /** The inbox that the call was written to, if the one that it names redirects there (see `redirectInbox`). */
  readonly redirectedTo?: string
}

/**
 * What became of one event:
 * - `stored`: it was new, and was applied if it changes a message.
 * - `live`: it was known as history alone, and came live. That happens once.
 * - `applied`: it was a receipt that changed a message.
 * - `unchanged`: it was a receipt that had nothing to change.
 * - `duplicate`: it was known already.
 * - `waiting`: its target has not arrived yet, or the customer has no conversation yet. It is dropped after 30 days, or
 *   when 1,000 newer events wait for the same customer.
 */
export interface EventResult {
  readonly outcome: 'stored' | 'live' | 'applied' | 'unchanged' | 'duplicate' | 'waiting'
}

/** What `linkCustomerIds` did. */
export interface LinkResult {
  /**
   * `linked`: the ids are one person's from now on. `unchanged`: they were already. `conflict`: they can't all be one
   * person's, so nothing was linked.
   */
  readonly outcome: 'linked' | 'unchanged' | 'conflict'
  /** All ids of the person, also those that the call did not name. */
  readonly identities: readonly Identity[]
  /** Of a conflict, the ids that were not linked to the others. */
  readonly conflicts: readonly CustomerIdentity[]
}

/** What `mergeConversations` did. */
export interface MergeResult<TMetadata = JsonObject> {
  /** `unchanged`: the one to lose was merged into the one to keep before. */
  readonly outcome: 'merged' | 'unchanged'
  /** Names the merge for `unmergeConversations`. */
  readonly mergeId: string
  /** The conversation that is kept, as it is now. */
  readonly conversation: Conversation<TMetadata>
}

/** What `unmergeConversations` did. */
export interface UnmergeResult<TMetadata = JsonObject> {
  /** `unchanged`: the merge was undone before. */
  readonly outcome: 'unmerged' | 'unchanged'
  /** The conversation that was kept. */
  readonly kept: Conversation<TMetadata>
  /** The conversation that is its own again. */
  readonly restored: Conversation<TMetadata>
  /**
   * Only where the merge linked the customers: how many messages have come under the ids of the restored one since.
   * They stay in the conversation that was kept.
   */
  readonly messagesSince?: number
}

/** What `mergeContacts` did. */
export interface ContactMergeResult {
  /** `unchanged`: the one to lose was merged into the one to keep before. */
  readonly outcome: 'merged' | 'unchanged'
  /** Names the merge for `unmergeContacts`. */
  readonly mergeId: string
  /** The contact that is kept, as it is now. */
  readonly contact: Contact
}

/** What `unmergeContacts` did. */
export interface ContactUnmergeResult {
  /** `unchanged`: the merge was undone before. */
  readonly outcome: 'unmerged' | 'unchanged'
  /** The contact that was kept. */
  readonly kept: Contact
  /** The contact that is its own again. */
  readonly restored: Contact
}

/** What a receipt that names the inbox alone did to one message. */
export interface InboxReceiptResult {
  readonly messageId: string
  /**
   * - `applied`, `unchanged`: the message was found, and the receipt had something, or nothing, to change.
   * - `waiting`: the message went away while the receipt was written. It waits as an ordinary one does.
   * - `duplicate`: such a receipt is waiting already.
   * - `unknown`: no reply in the inbox has this id. Nothing is kept of the receipt, so it may be sent again later.
   * - `ambiguous`: replies to several customers have this id, so the receipt could be about any of them. None is
   *   changed.
   */
  readonly outcome: Exclude<EventResult['outcome'], 'stored' | 'live'> | 'unknown' | 'ambiguous'
  /** The customers to whom a reply with this id was sent, each person by one id, in byte order, at most 10. */
  readonly customerIds: readonly string[]
}

/** What one call of `sweep` removed. */
export interface SweepResult {
  /** How many events this call removed because they had waited for more than 30 days. */
  readonly expiredEvents: number
  /** Whether there were more of them than the call's `limit`, so that another call should follow. */
  readonly more: boolean
}

export interface ConversationEventsResult<TMetadata = JsonObject> {
  readonly outcome: WriteOutcomeName
  /** Null when all events wait and the customer has no conversation yet. */
  readonly conversation: Conversation<TMetadata> | null
  /** One result per event, in order. */
  readonly events: readonly EventResult[]
  /** How many of `events` were known already. */
  readonly duplicates: number
  /**
   * Of the call's `identities`, those that were not linked, because they can't be the same person's as the others. What
   * was said is in the thread of the one whose user id was named, and nothing was linked. Nearly always empty.
   */
  readonly conflicts: readonly CustomerIdentity[]
  /**
   * Only with the outcome `merged`: names the merge for `unmergeConversations`. If more than two people turned out to
   * be one, that call tells which merge has to be undone before this one.
   */
  readonly mergeId?: string
  /** The inbox that the call was written to, if the one that it names redirects there (see `redirectInbox`). */
  readonly redirectedTo?: string
}

/**
 * The results of a bulk call, one per item, in order. With `atomic: false` a bad item has an error as its result, and
 * the other items are written.
 */
export type BulkItemResult<TMetadata = JsonObject> =
  | ({ readonly ok: true } & ConversationEventsResult<TMetadata>)
  | { readonly ok: false; readonly error: ConversationStoreError }
