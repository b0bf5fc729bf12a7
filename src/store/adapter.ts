import type { ContactPatch, InboxConnection, Patch } from '../model/patches.js'
import type { Contact, Conversation, ConversationEvent, ConversationStatus, Inbox, InboxOwner, Message } from '../model/records.js'
import type { ChangeOutcome, CustomerTarget, UpsertItem, UpsertResult } from '../model/upsert-item.js'
import type { AdapterPage } from './adapter-page.js'

// The words of the port that the planner knows too: an adapter has all of them from here.
export type { ContactPatch, Patch } from '../model/patches.js'
export type {
  EventOutcome,
  StampedDelete,
  StampedEdit,
  StampedEvent,
  StampedFact,
  StampedFailed,
  StampedMessage,
  StampedReaction,
  StampedReceipt,
  StampedSent,
  StampedWatermark,
} from '../model/stamped-events.js'
export type { ChangeOutcome, CustomerTarget, ItemFailure, UpsertItem, UpsertResult } from '../model/upsert-item.js'

/**
 * The port: what an adapter implements. The core has validated, defaulted and stamped every input, so an adapter
 * handles no defaults, no limits and no retries. Each verb is one atomic step. Adapters throw ConversationStoreError
 * for what the contract names and translate their driver's errors; CONTENTION and UNAVAILABLE thrown here make the core
 * send the same operation again.
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
   * Milliseconds since the call was first sent, when an earlier attempt may have been applied; else null. An adapter
   * that can not prove that it was not (the conversation has seen 16 operations since) throws COMMIT_OUTCOME_UNKNOWN.
   */
  readonly resentAfter: number | null
  /** The injected clock's time, or null: the database's clock. */
  readonly now: Date | null
}

export type ConversationTarget = { readonly conversationId: string } | CustomerTarget
export type MessageTarget =
  | { readonly id: string }
  | (CustomerTarget & { readonly messageId: string })
  | (CustomerTarget & { readonly localId: string })
export type ContactTarget = { readonly contactId: string } | CustomerTarget

export interface UpsertConversations extends WriteStamp {
  /** False: an item that fails is reported in its result, and its neighbours are written. */
  readonly atomic: boolean
  /** In the caller's order; several may name one customer and are then applied in that order. */
  readonly items: readonly UpsertItem[]
}

export interface Change {
  readonly outcome: ChangeOutcome
  readonly conversation: Conversation
}

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
  /**
   * The decoded cursor: the keys of the last item of the page before, in the list's own order. Null: the first page.
   */
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

export interface ConnectInbox extends WriteStamp, InboxConnection {}

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
