import type { ErrorDetails } from '../model/errors.js'
import type { JsonObject } from '../model/json.js'
import type {
  Channel,
  Contact,
  Conversation,
  ConversationEvent,
  ConversationStatus,
  DeliveryStatus,
  Direction,
  Inbox,
  InboxOwner,
  Message,
  OnClosed,
  SenderType,
} from '../model/records.js'
import type { AdapterPage } from './adapter-page.js'

/**
 * The port: what an adapter implements. The core has validated, defaulted and stamped every input, so an adapter handles no defaults,
 * no limits and no retries. Each verb is one atomic step. Adapters throw ConversationStoreError for what the contract names and
 * translate their driver's errors; CONTENTION and UNAVAILABLE thrown here make the core send the same operation again.
 */
export interface ConversationAdapter {
  readonly name: string
  readonly operations: ConversationOperations
  /** The same verbs inside the host's transaction: no retry, no queue, neither commit nor rollback. */
  using(transaction: unknown): ConversationOperations
  migrate(): Promise<MigrationReport>
  checkSchema(): Promise<SchemaReport>
  /** Ends only what the adapter opened itself. */
  close(): Promise<void>
}

export interface ConversationOperations {
  upsertConversations(input: UpsertConversations): Promise<readonly UpsertResult[]>
  updateConversation(input: UpdateConversation): Promise<Change>
  closeConversation(input: ChangeStatus): Promise<Change>
  snoozeConversation(input: ChangeStatus & { readonly until: Date }): Promise<Change>
  reopenConversation(input: ChangeStatus): Promise<Change>
  markRead(input: ChangeStatus & { readonly seq: number | null }): Promise<Change>
  wakeDue(input: WriteStamp & { readonly limit: number }): Promise<readonly Conversation[]>
  findConversation(input: Scoped & { readonly conversationId: string }): Promise<Conversation | null>
  findByOaAndCustomer(input: Scoped & CustomerTarget & { readonly status: 'active' | 'any' }): Promise<Conversation | null>
  listConversations(input: ListConversations): Promise<AdapterPage<Conversation>>
  countConversations(input: Scoped & ConversationMatch): Promise<number>
  findMessage(input: Scoped & MessageTarget): Promise<Message | null>
  listMessages(input: ListMessages): Promise<AdapterPage<Message>>
  listEvents(input: ListEvents): Promise<AdapterPage<ConversationEvent>>
  findContact(input: Scoped & ContactTarget): Promise<Contact | null>
  updateContact(input: WriteStamp & ContactTarget & { readonly patch: ContactPatch }): Promise<Contact>
  connectInbox(input: ConnectInbox): Promise<Inbox>
  disconnectInbox(input: WriteStamp & { readonly oaId: string }): Promise<Inbox>
  listInboxes(input: Scoped & PageRequest): Promise<AdapterPage<Inbox>>
  findInboxOwner(input: {
    readonly channel: string
    readonly oaId: string
    readonly signal: AbortSignal | null
  }): Promise<InboxOwner | null>
}
/** Every verb; the contract's table of cases is keyed by it. */
export type OperationName = keyof ConversationOperations

export interface Scoped {
  readonly accountId: string
  readonly signal: AbortSignal | null
}

/** What every write carries. */
export interface WriteStamp {
  readonly accountId: string
  /** The same on every retry of one call. */
  readonly operationId: string
  /**
   * Milliseconds since the call was first sent, when an earlier attempt may have been applied; else null. An adapter that can not prove
   * that it was not (the conversation has seen 16 operations since) throws COMMIT_OUTCOME_UNKNOWN.
   */
  readonly resentAfter: number | null
  /** The injected clock's time, or null: the database's clock. */
  readonly now: Date | null
}

export interface CustomerTarget {
  readonly oaId: string
  readonly customerId: string
}
export type ConversationTarget = { readonly conversationId: string } | CustomerTarget
export type MessageTarget =
  | { readonly id: string }
  | (CustomerTarget & { readonly messageId: string })
  | (CustomerTarget & { readonly localId: string })
export type ContactTarget = { readonly contactId: string } | CustomerTarget

/** Only the keys present change; null clears. */
export interface Patch {
  readonly nickname?: string | null
  readonly customerName?: string | null
  readonly customerUsername?: string | null
  readonly chatbotId?: string | null
  readonly metadata?: JsonObject | null
}
export interface ContactPatch {
  readonly name?: string | null
  readonly metadata?: JsonObject | null
}

export interface UpsertConversations extends WriteStamp {
  /** False: an item that fails is reported in its result, and its neighbours are written. */
  readonly atomic: boolean
  /** In the caller's order; several may name one customer and are then applied in that order. */
  readonly items: readonly UpsertItem[]
}

export interface UpsertItem extends CustomerTarget {
  /** This item's own operation id: in a bulk every item has another one, the same on every retry. */
  readonly operationId: string
  /** Ids for what this item may have to create. */
  readonly ids: { readonly conversation: string; readonly contact: string; readonly contactInbox: string }
  readonly patch: Patch
  readonly channel: Channel | null
  readonly expectedVersion: number | 'absent' | null
  /** Null: the inbox's policy, else `defaultOnClosed`. */
  readonly onClosed: OnClosed | null
  readonly defaultOnClosed: OnClosed
  /** Set by `matchUsername`: lower case, without `@`. Null: the username is neither matched nor claimed. */
  readonly usernameKey: string | null
  readonly events: readonly StampedEvent[]
}

interface StampedBase {
  /** The id of the event's row. */
  readonly id: string
  /** Null: now. */
  readonly occurredAt: Date | null
  readonly sender: { readonly id: string | null; readonly type: SenderType; readonly name: string | null }
  /** What makes it unique in its contact inbox where it has no message id of its own. */
  readonly dedupeKey: string
}
export interface StampedMessage extends StampedBase {
  readonly type: 'message'
  /** The id of the message's row. */
  readonly rowId: string
  /** At least one of the two is set. */
  readonly messageId: string | null
  readonly localId: string | null
  readonly direction: Direction
  readonly text: string
  readonly attachments: readonly {
    readonly type: string
    readonly url: string | null
    readonly name: string | null
    readonly payload: JsonObject | null
  }[]
  readonly replyTo: string | null
  readonly metadata: JsonObject | null
}
/** A postback, a referral, or anything that targets nothing; only a postback opens a conversation. */
export interface StampedFact extends StampedBase {
  readonly type: 'postback' | 'referral' | 'optin' | 'handover' | `custom:${string}`
  readonly messageId: string | null
  readonly direction: Direction
  readonly payload: JsonObject | null
}
export interface StampedEdit extends StampedBase {
  readonly type: 'message_edit'
  readonly targetMessageId: string
  readonly text: string
  readonly editNumber: number
}
export interface StampedDelete extends StampedBase {
  readonly type: 'message_delete'
  readonly targetMessageId: string
}
export interface StampedReaction extends StampedBase {
  readonly type: 'reaction'
  readonly targetMessageId: string
  /** Null removes the sender's reaction. */
  readonly emoji: string | null
}
/** A receipt for one message. The core splits a receipt that names several. */
export interface StampedReceipt extends StampedBase {
  readonly type: 'receipt'
  readonly targetMessageId: string
  readonly status: Exclude<DeliveryStatus, 'pending'>
  readonly error: string | null
}
/** A receipt for all outbound messages of this contact inbox that were sent at or before `watermark`, also those that are stored later. */
export interface StampedWatermark extends StampedBase {
  readonly type: 'watermark'
  readonly status: 'delivered' | 'read'
  readonly watermark: Date
}
export interface StampedSent extends StampedBase {
  readonly type: 'message_sent'
  readonly localId: string
  readonly messageId: string
}
export interface StampedFailed extends StampedBase {
  readonly type: 'message_failed'
  readonly localId: string
  readonly error: string | null
}
export type StampedEvent =
  | StampedMessage
  | StampedFact
  | StampedEdit
  | StampedDelete
  | StampedReaction
  | StampedReceipt
  | StampedWatermark
  | StampedSent
  | StampedFailed

export type ChangeOutcome = 'created' | 'updated' | 'reopened' | 'adopted' | 'unchanged' | 'duplicate'
export type EventOutcome = 'stored' | 'applied' | 'unchanged' | 'duplicate' | 'waiting'

export interface Change {
  readonly outcome: ChangeOutcome
  readonly conversation: Conversation
}

/** What an item that failed says; the core makes the error of it. Only these can concern one item alone. */
export type ItemFailure = { [C in ItemFailureCode]: { readonly code: C; readonly details: ErrorDetails[C] } }[ItemFailureCode]
type ItemFailureCode = 'VERSION_CONFLICT' | 'USERNAME_TAKEN' | 'INBOX_CHANNEL_MISMATCH' | 'COMMIT_OUTCOME_UNKNOWN'

export type UpsertResult =
  | {
      readonly ok: true
      readonly outcome: ChangeOutcome
      readonly conversation: Conversation | null
      readonly events: readonly EventOutcome[]
    }
  | { readonly ok: false; readonly failure: ItemFailure }

export interface UpdateConversation extends WriteStamp {
  readonly target: ConversationTarget
  readonly patch: Patch
  readonly expectedVersion: number | null
}

export interface ChangeStatus extends WriteStamp {
  readonly target: ConversationTarget
  readonly expectedVersion: number | null
}

export interface ConversationMatch {
  readonly statuses: readonly ConversationStatus[] | null
  readonly oaId: string | null
  readonly customerId: string | null
  readonly contactId: string | null
  readonly chatbotId: string | null
  readonly unread: boolean | null
  readonly updatedSince: Date | null
}
export interface PageRequest {
  readonly limit: number
  /** The decoded cursor: the keys of the last item of the page before, in the list's own order. Null: the first page. */
  readonly after: readonly (string | number)[] | null
}
/** `after` is [lastActivityAt in ms, id]; newest first. */
export interface ListConversations extends Scoped, ConversationMatch, PageRequest {}
/** `after` is [seq]. */
export interface ListMessages extends Scoped, PageRequest {
  readonly conversationId: string
  readonly order: 'oldest' | 'newest'
}
/** `after` is [eventSeq]; `afterEventSeq` of the host is folded into it. */
export interface ListEvents extends Scoped, PageRequest {
  readonly conversationId: string
}

export interface ConnectInbox extends WriteStamp {
  readonly inboxId: string
  readonly oaId: string
  readonly channel: Channel
  readonly patch: {
    readonly provider?: string | null
    readonly name?: string | null
    readonly chatbotId?: string | null
    readonly onClosed?: OnClosed | null
    readonly metadata?: JsonObject | null
  }
}

export interface MigrationReport {
  /** Steps that this call ran, in order; empty when the schema was up to date. */
  readonly applied: readonly string[]
  /** The schema's number afterwards. */
  readonly schema: number
}
export interface SchemaReport {
  readonly ok: boolean
  /** The schema's number in the database; 0 when there is none. */
  readonly schema: number
  /** Tables, columns, indexes, functions that should be there, e.g. `index idx_conversations_user_phone`. */
  readonly missing: readonly string[]
  /** What is there, and is not what this library made. */
  readonly different: readonly string[]
}
