import type { EventInput } from '../model/event-inputs.js'
import type { JsonObject } from '../model/json.js'
import type { Channel, ConversationStatus, OnClosed } from '../model/records.js'

/**
 * Names a conversation by its id, or by its customer: then the active one is meant (for `reopenConversation` the
 * latest).
 */
export type ConversationKey = { readonly conversationId: string } | CustomerKey
/** One customer of one inbox. An alias of the customer names the same conversation. */
export interface CustomerKey {
  readonly oaId: string
  readonly customerId: string
}

/** Reads stop when the signal aborts (`ABORTED`), as far as the driver can; a write is not begun after it. */
export interface CallOptions {
  readonly signal?: AbortSignal
}

/** A field left out keeps its value; `null` clears it. `metadata` is replaced as a whole. */
export interface ConversationPatch<TMetadata = JsonObject> {
  readonly nickname?: string | null
  readonly customerName?: string | null
  readonly customerUsername?: string | null
  readonly chatbotId?: string | null
  readonly metadata?: TMetadata | null
}

export interface UpsertConversationInput<TMetadata = JsonObject> extends CustomerKey, ConversationPatch<TMetadata> {
  /** Default: the inbox's, else `'api'`. Fixed once set: another one is `INBOX_CHANNEL_MISMATCH`. */
  readonly channel?: Channel
  /** The version that the active conversation must have, or `'absent'`: there must be none. Else `VERSION_CONFLICT`. */
  readonly expectedVersion?: number | 'absent'
  /** What to do when the last conversation is closed; default the inbox's, else the store's, else `'new'`. */
  readonly onClosed?: OnClosed
  /**
   * Adopt the active conversation that has this `customerUsername` (without regard to case or a leading `@`) when
   * `customerId` has none: for channels that change a customer's id. Such a write claims the username within the inbox,
   * until the conversation is closed or another such write claims another one; a plain patch of `customerUsername` does
   * not release it.
   */
  readonly matchUsername?: boolean
}

export interface UpsertConversationWithEventsInput<TMetadata = JsonObject> extends UpsertConversationInput<TMetadata> {
  readonly events: readonly EventInput[]
}

export interface BulkUpsertInput<TMetadata = JsonObject> {
  /** At most 1,000, with at most 5,000 events and 16 MiB in all. Items for one customer are applied in order. */
  readonly conversations: readonly (UpsertConversationInput<TMetadata> & { readonly events?: readonly EventInput[] })[]
  /** Default true: the first bad item fails the call and nothing is written. */
  readonly atomic?: boolean
}

export type UpdateConversationInput<TMetadata = JsonObject> = ConversationKey &
  ConversationPatch<TMetadata> & { readonly expectedVersion?: number }
export type UpdateNicknameInput = ConversationKey & { readonly nickname: string | null; readonly expectedVersion?: number }
export type ChangeStatusInput = ConversationKey & { readonly expectedVersion?: number }
export type SnoozeConversationInput = ChangeStatusInput & { readonly until: Date }
export type MarkReadInput = ConversationKey & {
  /** Read up to and with this message; default all. Beyond the last message it means all. */
  readonly seq?: number
  readonly expectedVersion?: number
}

export interface PageInput {
  /** 1 to 500, default 50. */
  readonly limit?: number
  /** `nextCursor` of the page before. */
  readonly cursor?: string
}

export interface ConversationFilter {
  /** `'active'` is open and snoozed together. Default all. */
  readonly status?: ConversationStatus | 'active'
  readonly oaId?: string
  /** An alias and the customer it stands for are one, with what each of them had before. */
  readonly customerId?: string
  readonly contactId?: string
  readonly chatbotId?: string
  /** True: only with unread messages; false: only without. */
  readonly unread?: boolean
  /** Changed at or after this time. */
  readonly updatedSince?: Date
}

export type MessageKey =
  | { readonly id: string }
  | (CustomerKey & { readonly messageId: string })
  | (CustomerKey & { readonly localId: string })
export type ContactKey = { readonly contactId: string } | CustomerKey

export interface ConnectInboxInput {
  readonly oaId: string
  readonly channel: Channel
  readonly provider?: string | null
  readonly name?: string | null
  readonly chatbotId?: string | null
  readonly onClosed?: OnClosed | null
  readonly metadata?: JsonObject | null
}

export type UpdateContactInput = ContactKey & {
  /** A name that a person typed; `null` clears it, and lets the channel's profile name in again. */
  readonly name?: string | null
  readonly metadata?: JsonObject | null
}
