import type { ConversationStoreError } from '../model/errors.js'
import type { JsonObject } from '../model/json.js'
import type { Conversation } from '../model/records.js'

/** `duplicate`: every event was known, nothing changed. `unchanged`: nothing to change. */
export type WriteOutcomeName = 'created' | 'updated' | 'reopened' | 'adopted' | 'unchanged' | 'duplicate'

export interface ConversationChange<TMetadata = JsonObject> {
  readonly outcome: WriteOutcomeName
  readonly conversation: Conversation<TMetadata>
}

/**
 * What became of one event. `stored`: new (and applied, where it changes a message). `applied`: a receipt that changed
 * a message. `unchanged`: a receipt that had nothing to change. `duplicate`: known. `waiting`: its target, or any
 * conversation, has not come yet.
 */
export interface EventResult {
  readonly outcome: 'stored' | 'applied' | 'unchanged' | 'duplicate' | 'waiting'
}

export interface ConversationEventsResult<TMetadata = JsonObject> {
  readonly outcome: WriteOutcomeName
  /** Null when all events wait and the customer has no conversation yet. */
  readonly conversation: Conversation<TMetadata> | null
  /** One per event, in order. */
  readonly events: readonly EventResult[]
  /** How many of `events` were known. */
  readonly duplicates: number
}

/**
 * One per item of a bulk call, in order; with `atomic: false` a bad item is reported and its neighbours are written.
 */
export type BulkItemResult<TMetadata = JsonObject> =
  | ({ readonly ok: true } & ConversationEventsResult<TMetadata>)
  | { readonly ok: false; readonly error: ConversationStoreError }
