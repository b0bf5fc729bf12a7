import type { CustomerIdentity } from '../model/identities.js'
import type { Inbox, InboxOwner } from '../model/inboxes.js'
import type { ContactPatch, HistoryCounts, HistoryStep, InboxConnection, Patch } from '../model/patches.js'
import type { Contact, Conversation, ConversationEvent, ConversationStatus, Message } from '../model/records.js'
import type { ChangeOutcome, CustomerTarget, UpsertItem, UpsertResult } from '../model/upsert-item.js'
import type { AdapterPage } from './adapter-page.js'
import type { Bounded, PageRequest, Scoped, WriteStamp } from './call-stamps.js'
import type { InboxMoveOperations } from './inbox-move-port.js'
import type { InboxRedirectOperations } from './inbox-redirect-port.js'
import type { LeaseOperations } from './lease-port.js'
import type { ContactMerge, ContactTarget, Merge, Redirect } from './merge-port.js'
import type { ContactMergeResult, ContactUnmergeResult, LinkResult, MergeResult, SweepResult, UnmergeResult } from './results.js'
import type { MigrateStoreOptions, MigrationReport, SchemaReport } from './schema-port.js'
import type { SyncOperations } from './sync-port.js'
import type { JournalOperations } from './webhook-journal-port.js'

// An adapter imports all types of the port from this file, including those that the planner knows as well.
export type { CustomerIdentity } from '../model/identities.js'
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
export type { Bounded, PageRequest, Scoped, WriteStamp } from './call-stamps.js'
export type {
  BeginInboxMigration,
  EndInboxMigration,
  FindInboxMigrationAccounts,
  InboxMigration,
  InboxMovePreview,
  ListInboxMigrations,
  MoveInboxBatch,
  PreviewInboxMove,
  UndoInboxMigration,
} from './inbox-move-port.js'
export type { FindInboxRedirect, RedirectInbox } from './inbox-redirect-port.js'
export type {
  AccountLease,
  AcquireLease,
  LeaseFound,
  LeaseName,
  LeaseState,
  ListAllLeases,
  ListLeases,
  ReleaseExpiredLeases,
  ReleaseLease,
  RenewLease,
} from './lease-port.js'
export type { ContactMerge, ContactTarget, Merge, Redirect } from './merge-port.js'
export type { ContactMergeResult, ContactUnmergeResult, LinkResult, MergeResult, SweepResult, UnmergeResult } from './results.js'
export type { MigrateStoreOptions, MigrationReport, SchemaReport } from './schema-port.js'
export type {
  BeginSync,
  FailSync,
  FindSyncAccounts,
  ListSyncSessions,
  ListSyncStatistics,
  ResumeSync,
  SyncSession,
  SyncStatistics,
  WriteSyncPage,
} from './sync-port.js'
export type {
  ClearedWebhooks,
  FindWebhookAccounts,
  KeepWebhook,
  KeptOutcome,
  KeptWebhook,
  KeptWebhookBody,
  ListWebhooks,
  RenewWebhook,
  SettleWebhook,
  TakenWebhook,
  TakeWebhooks,
} from './webhook-journal-port.js'

/**
 * The port, which an adapter implements. The core has validated and stamped every input and filled in its defaults, so
 * an adapter handles no defaults, no limits and no retries. Each operation is one atomic step. An adapter throws
 * ConversationStoreError for what the contract names, and translates the errors of its driver. When it throws
 * CONTENTION or UNAVAILABLE, the core sends the same operation again.
 */
export interface ConversationAdapter {
  readonly name: string
  readonly operations: ConversationOperations
  /** The same operations inside the host's transaction. They do not retry, queue, commit or roll back. */
  using(transaction: unknown): ConversationOperations
  /** Throws UNSUPPORTED for an option that the engine doesn't have. */
  migrate(options?: MigrateStoreOptions): Promise<MigrationReport>
  checkSchema(): Promise<SchemaReport>
  /** Closes only what the adapter has opened itself. */
  close(): Promise<void>
}

export interface ConversationOperations
  extends LeaseOperations,
    JournalOperations,
    SyncOperations,
    InboxMoveOperations,
    InboxRedirectOperations {
  upsertConversations(input: UpsertConversations): Promise<readonly UpsertResult[]>
  updateConversation(input: UpdateConversation): Promise<Change>
  closeConversation(input: ChangeStatus): Promise<Change>
  snoozeConversation(input: ChangeStatus & { readonly until: Date }): Promise<Change>
  reopenConversation(input: ChangeStatus): Promise<Change>
  markRead(input: MarkRead): Promise<Change>
  markUnread(input: ChangeStatus): Promise<Change>
  /** Each target may be the id of a conversation that was merged: it means the one that holds it. */
  mergeConversations(input: WriteStamp & Merge): Promise<MergeResult>
  unmergeConversations(input: WriteStamp & { readonly mergeId: string }): Promise<UnmergeResult>
  /** Where the id of a merged conversation leads, or null. The core asks; no other operation follows such ids. */
  findRedirect(input: Scoped & { readonly conversationId: string }): Promise<Redirect | null>
  wakeDue(input: WriteStamp & { readonly limit: number }): Promise<readonly Conversation[]>
  linkCustomerIds(input: LinkCustomerIds): Promise<LinkResult>
  sweep(input: Sweep): Promise<SweepResult>
  findConversation(input: Scoped & { readonly conversationId: string }): Promise<Conversation | null>
  findByOaAndCustomer(input: Scoped & CustomerTarget & { readonly status: 'active' | 'any' }): Promise<Conversation | null>
  listConversations(input: ListConversations): Promise<AdapterPage<Conversation>>
  countConversations(input: Scoped & ConversationMatch): Promise<number>
  /**
   * The people of an inbox to whom a reply with one of these ids of the channel was sent, each by the id that names the
   * thread (on a channel whose message ids are unique within a chat only, by that of the chat): at most 10 for each, by
   * (messageId, customerId) in byte order.
   */
  findReceivers(input: FindReceivers): Promise<readonly Receiver[]>
  findMessage(input: Scoped & MessageTarget): Promise<Message | null>
  listMessages(input: ListMessages): Promise<AdapterPage<Message>>
  listEvents(input: ListEvents): Promise<AdapterPage<ConversationEvent>>
  findContact(input: Scoped & ContactTarget): Promise<Contact | null>
  updateContact(input: WriteStamp & ContactTarget & { readonly patch: ContactPatch }): Promise<Contact>
  mergeContacts(input: WriteStamp & ContactMerge): Promise<ContactMergeResult>
  unmergeContacts(input: WriteStamp & { readonly mergeId: string }): Promise<ContactUnmergeResult>
  connectInbox(input: ConnectInbox): Promise<Inbox>
  disconnectInbox(input: WriteStamp & { readonly oaId: string }): Promise<Inbox>
  recordHistoryProgress(input: RecordHistoryProgress): Promise<Inbox>
  listInboxes(input: Scoped & PageRequest): Promise<AdapterPage<Inbox>>
  findInboxOwner(input: FindInboxOwner): Promise<InboxOwner | null>
}
/** The names of all operations. The contract's table of cases has one entry for each of them. */
export type OperationName = keyof ConversationOperations

export interface FindInboxOwner extends Bounded {
  readonly channel: string
  readonly oaId: string
  readonly signal: AbortSignal | null
}

export type ConversationTarget = { readonly conversationId: string } | CustomerTarget
export type MessageTarget =
  | { readonly id: string }
  | (CustomerTarget & { readonly messageId: string })
  | (CustomerTarget & { readonly localId: string })

export interface UpsertConversations extends WriteStamp {
  /** When false, the result of an item that fails reports the failure, and the other items are written. */
  readonly atomic: boolean
  /** In the caller's order. Several items may name one customer, and are then applied in this order. */
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

/** Up to a `seq`, or up to a time. If both are null, everything is read. They are never both given. */
export interface MarkRead extends ChangeStatus {
  readonly seq: number | null
  readonly upToTime: Date | null
  /** The part of the conversation whose own numbers `seq` is of, if it is not of the conversation's. */
  readonly part?: string | null
}

export interface LinkCustomerIds extends WriteStamp {
  readonly oaId: string
  readonly identities: readonly CustomerIdentity[]
  /** One id for each of the identities, for the contact inboxes of those that are new. */
  readonly rowIds: readonly string[]
}

export interface FindReceivers extends Scoped {
  readonly oaId: string
  readonly messageIds: readonly string[]
}

export interface Receiver {
  readonly messageId: string
  /** The id under which the reply was stored. */
  readonly customerId: string
}

export interface Sweep extends WriteStamp {
  readonly limit: number
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
/** `after` is [lastActivityAt in ms, id]. The newest comes first. */
export interface ListConversations extends Scoped, ConversationMatch, PageRequest {}
/** `after` is [seq], and in a list by time [the time that it is listed by in ms, seq]. */
export interface ListMessages extends Scoped, PageRequest {
  readonly conversationId: string
  readonly order: 'oldest' | 'newest'
  readonly by: 'time' | 'seq'
  /** Only messages with a greater `seq`. It is 0 in a list by time. */
  readonly afterSeq: number
}
/** `after` is [eventSeq]. The core has already merged the host's `afterEventSeq` into it. */
export interface ListEvents extends Scoped, PageRequest {
  readonly conversationId: string
}

export interface ConnectInbox extends WriteStamp, InboxConnection {}
/** `sessionId` is for the session that begins with these news, if one does. */
export interface RecordHistoryProgress extends WriteStamp, HistoryStep {
  readonly brought: HistoryCounts
  readonly oaId: string
  readonly sessionId: string
}
