export { type ConversationStoreOptions, createConversationStore, type OptionsWithUrl } from './create-conversation-store.js'
export {
  type AnyConversationStoreError,
  type ConnectionCause,
  type ConnectionCauseCode,
  ConversationStoreError,
  type ErrorCode,
  type ErrorDetails,
  type ErrorOptions,
  type InboxMoveErrorCode,
  isConversationStoreError,
  type MigrationErrorCode,
  type SchemaChangeBlocker,
  type SourceErrorCode,
  type SyncErrorCode,
  type ValidationIssue,
  type WriteOutcome,
} from './model/errors.js'
export type {
  AttachmentInput,
  EventInput,
  EventType,
  IdentityChangeEventInput,
  MessageDeleteEventInput,
  MessageEditEventInput,
  MessageEventInput,
  MessageFailedEventInput,
  MessageSentEventInput,
  OtherEventInput,
  PostbackEventInput,
  ReactionEventInput,
  ReceiptEventInput,
  SenderInput,
} from './model/event-inputs.js'
export type { CustomerIdentity } from './model/identities.js'
export type { Inbox, InboxHistory, InboxOwner } from './model/inboxes.js'
export type { Json, JsonObject } from './model/json.js'
export { limits } from './model/limits.js'
export type {
  Attachment,
  Channel,
  Contact,
  Conversation,
  ConversationEvent,
  ConversationStatus,
  DeliveryStatus,
  Direction,
  Identity,
  Message,
  OnClosed,
  Reaction,
  Sender,
  SenderType,
} from './model/records.js'
export type { StandardResult, StandardSchema } from './model/standard-schema.js'
export type { AccountConversations } from './store/account-conversations.js'
export type { AccountInboxes } from './store/account-inboxes.js'
export type { ConversationAdapter, ConversationOperations, MigrateStoreOptions, MigrationReport, SchemaReport } from './store/adapter.js'
export type { AllLeases } from './store/all-leases.js'
export type { BroughtHistory } from './store/brought-history.js'
export type { ContactMerges } from './store/contact-merges.js'
export type { ConversationMerges } from './store/conversation-merges.js'
export type { ConversationStore, TransactionConversations } from './store/create-conversation-store.js'
export type { InboxMigrationAccounts } from './store/inbox-migration-accounts.js'
export type {
  InboxCounts,
  InboxMigration,
  InboxMigrationKind,
  InboxMigrationStatus,
  InboxMoveMatch,
  InboxMovePreview,
  KnownInDestination,
  MovingKind,
  OnActiveConflict,
} from './store/inbox-move-port.js'
export type {
  BeginInboxMigrationInput,
  EndInboxMigrationInput,
  InboxMoves,
  ListInboxMigrationsInput,
  MoveInboxBatchInput,
  PreviewInboxMoveInput,
  UndoInboxMigrationInput,
} from './store/inbox-moves.js'
export type {
  ApplyReceiptInput,
  BulkUpsertInput,
  CallOptions,
  ChangeStatusInput,
  ConnectInboxInput,
  ContactKey,
  ConversationFilter,
  ConversationKey,
  ConversationPatch,
  CustomerKey,
  HistoryInput,
  LinkCustomerIdsInput,
  MarkReadInput,
  MergeContactsInput,
  MergeConversationsInput,
  MessageKey,
  PageInput,
  RecordHistoryProgressInput,
  SnoozeConversationInput,
  UpdateContactInput,
  UpdateConversationInput,
  UpdateNicknameInput,
  UpsertConversationInput,
  UpsertConversationWithEventsInput,
  WriteOptions,
} from './store/inputs.js'
export { type KeepLeaseOptions, type KeptLease, keepLease } from './store/keep-lease.js'
export type {
  AccountLease,
  AcquireLease,
  LeaseAnswer,
  LeaseClaim,
  LeaseName,
  LeaseState,
  ReleaseLease,
  RenewLease,
} from './store/lease-port.js'
export type { Leases } from './store/leases.js'
export type { OperatorCalls } from './store/operator-calls.js'
export type { Page, PagedList } from './store/paged-list.js'
export type {
  BulkItemResult,
  ContactMergeResult,
  ContactUnmergeResult,
  ConversationChange,
  ConversationEventsResult,
  EventResult,
  InboxReceiptResult,
  LinkResult,
  MergeResult,
  SweepResult,
  UnmergeResult,
  WriteOutcomeName,
} from './store/results.js'
export type { RetryOptions } from './store/retry.js'
export type { ConversationStoreOptions as OptionsWithAdapter } from './store/store-options.js'
export type { SyncCounts, SyncError, SyncOrigin, SyncSession, SyncStatistics, SyncStatus } from './store/sync-port.js'
export type {
  BeginSyncInput,
  FailSyncInput,
  ListSyncSessionsInput,
  ResumeSyncInput,
  SyncSessions,
  SyncStatisticsInput,
  WriteSyncPageInput,
  WrittenSyncPage,
} from './store/sync-sessions.js'
export type {
  JournalScope,
  KeepWebhookInput,
  ListWebhooksInput,
  RenewWebhookInput,
  SettleWebhookInput,
  TakeWebhooksInput,
  WebhookJournal,
} from './store/webhook-journal.js'
export type { ClearedWebhooks, KeptOutcome, KeptWebhook, KeptWebhookBody, TakenWebhook } from './store/webhook-journal-port.js'
