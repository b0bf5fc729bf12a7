import type { JsonObject } from '../model/json.js'
import type { Contact, Conversation, ConversationEvent, Message } from '../model/records.js'
import type { AccountInboxes } from './account-inboxes.js'
import type { ContactMerges } from './contact-merges.js'
import type { ConversationMerges } from './conversation-merges.js'
import type { InboxMoves } from './inbox-moves.js'
import type {
  ApplyReceiptInput,
  BulkUpsertInput,
  CallOptions,
  ChangeStatusInput,
  ContactKey,
  ConversationFilter,
  CustomerKey,
  LinkCustomerIdsInput,
  ListMessagesInput,
  MarkReadInput,
  MessageKey,
  PageInput,
  SnoozeConversationInput,
  UpdateContactInput,
  UpdateConversationInput,
  UpdateNicknameInput,
  UpsertConversationInput,
  UpsertConversationWithEventsInput,
  WriteOptions,
} from './inputs.js'
import type { Leases } from './leases.js'
import type { PagedList } from './paged-list.js'
import type {
  BulkItemResult,
  ConversationChange,
  ConversationEventsResult,
  InboxReceiptResult,
  LinkResult,
  SweepResult,
} from './results.js'
import type { SyncSessions } from './sync-sessions.js'

/**
 * The conversations of one account. No method can name another account, and what belongs to another account is not
 * found.
 *
 * Every write is atomic, and takes `{ lease }` as its options (see `WriteOptions`): then it throws LEASE_LOST as well.
 * When a reply is lost, the store sends the write again without applying it twice. Every method
 * throws `VALIDATION_FAILED` or `PAYLOAD_TOO_LARGE` before anything is sent, `SCHEMA_OUT_OF_DATE` when
 * `store.migrate()` was never called, `CONTENTION` or `UNAVAILABLE` when the retries are used up, and `STORE_CLOSED`
 * after `store.close()`. Each method names the other codes that it throws.
 */
export interface AccountConversations<TMetadata = JsonObject>
  extends ConversationMerges<TMetadata>,
    ContactMerges,
    AccountInboxes,
    Leases,
    SyncSessions,
    InboxMoves {
  readonly accountId: string

  /**
   * Returns the customer's active conversation with the patch applied, and opens one when there is none. When any
   * number of concurrent callers open one, all of them get the same conversation, and exactly one of them sees
   * `created`. When the customer's last conversation is closed, `onClosed` decides in the same atomic step whether it
   * is reopened or a new one is opened. The outcome is `unchanged` when the patch changes nothing. Throws
   * VERSION_CONFLICT, USERNAME_TAKEN, INBOX_CHANNEL_MISMATCH, and UNSUPPORTED for `matchUsername` on a standalone
   * mongod.
   */
  upsertConversation(input: UpsertConversationInput<TMetadata>, options?: WriteOptions): Promise<ConversationChange<TMetadata>>

  /**
   * Writes a customer's events together with the conversation, its counters and its version, in one atomic step. Only
   * new messages and postbacks open a conversation. For an inbound one `onClosed` decides. An outbound one joins the
   * latest conversation, and opens one only when there is none. An inbound one also wakes a snoozed conversation.
   * Edits, deletions, reactions and receipts go to the conversation of their target, or wait until the target arrives.
   * They wait for 30 days, and at most 1,000 of them under one customer: then the oldest make room. What was dropped is
   * counted in `dropped_events` of the contact inbox. An event that was dropped is new when it is sent again.
   * When every event is already known, the call is a replay: its outcome is `duplicate`, and the patch is not applied
   * either. Throws VERSION_CONFLICT, USERNAME_TAKEN, INBOX_CHANNEL_MISMATCH, and UNSUPPORTED on a standalone mongod.
   */
  upsertConversationWithEvents(
    input: UpsertConversationWithEventsInput<TMetadata>,
    options?: WriteOptions,
  ): Promise<ConversationEventsResult<TMetadata>>

  /**
   * Does the same for up to 1,000 conversations at once and returns one result per item, in order. Either all items are
   * written or none, unless `atomic` is false. Throws the same errors as `upsertConversationWithEvents`. When `atomic`
   * is false, it throws only those that concern the whole call, and an item that fails has its error as its result. On
   * a standalone mongod a call with several items throws UNSUPPORTED even without events, unless `atomic` is false.
   */
  bulkUpsertConversationsWithEvents(
    input: BulkUpsertInput<TMetadata>,
    options?: WriteOptions,
  ): Promise<readonly BulkItemResult<TMetadata>[]>

  /**
   * Patches a conversation. A closed one can be patched too, when it is named by its id. Throws NOT_FOUND,
   * VERSION_CONFLICT.
   */
  updateConversation(input: UpdateConversationInput<TMetadata>, options?: WriteOptions): Promise<ConversationChange<TMetadata>>

  /** Sets the nickname of a conversation; `null` clears it. Throws NOT_FOUND, VERSION_CONFLICT. */
  updateNickname(input: UpdateNicknameInput, options?: WriteOptions): Promise<ConversationChange<TMetadata>>

  /**
   * Moves `readSeq` forward, never back, and counts `unreadCount` again exactly, in one atomic step. `upToTime` is for
   * a person who reads a list by time: `readSeq` moves to just before the first unread message, in order of arrival,
   * that is later than that time, and to the last message if there is none. The outcome is `unchanged` when all of it
   * was read before. Throws NOT_FOUND, VERSION_CONFLICT.
   */
  markRead(input: MarkReadInput, options?: WriteOptions): Promise<ConversationChange<TMetadata>>

  /**
   * Makes a conversation unread again that was read, so that it is not forgotten: `readSeq` moves to just before the
   * last inbound message, and `unreadCount` becomes 1, in one atomic step. It is the one call that moves `readSeq`
   * back. The outcome is `unchanged` when the conversation has unread messages already, because it is unread then and
   * what was read of it stays read, and when nothing came in yet. Throws NOT_FOUND, VERSION_CONFLICT.
   */
  markUnread(input: ChangeStatusInput, options?: WriteOptions): Promise<ConversationChange<TMetadata>>

  /**
   * Closes an active conversation. After that `onClosed` decides what the next inbound message does. Throws NOT_FOUND,
   * VERSION_CONFLICT, INVALID_TRANSITION (it is closed already).
   */
  closeConversation(input: ChangeStatusInput, options?: WriteOptions): Promise<ConversationChange<TMetadata>>

  /**
   * Sets an active conversation aside until a time, or until the next inbound message if that comes first. Throws
   * NOT_FOUND, VERSION_CONFLICT, INVALID_TRANSITION (it is closed).
   */
  snoozeConversation(input: SnoozeConversationInput, options?: WriteOptions): Promise<ConversationChange<TMetadata>>

  /**
   * Opens a closed or snoozed conversation. A call that names the customer means the customer's latest conversation.
   * Throws NOT_FOUND, VERSION_CONFLICT, INVALID_TRANSITION (it is open already), ACTIVE_CONVERSATION_EXISTS (the
   * customer has another active one), USERNAME_TAKEN (another active one has claimed its username).
   */
  reopenConversation(input: ChangeStatusInput, options?: WriteOptions): Promise<ConversationChange<TMetadata>>

  /**
   * Opens snoozed conversations whose time has come, starting with the one that has been due the longest. Each is
   * opened and returned once, even when several processes call it. `limit` is 1 to 1,000, default 100.
   */
  wakeDue(input?: { readonly limit?: number }, options?: WriteOptions): Promise<readonly Conversation<TMetadata>[]>

  /**
   * Tells that ids of an inbox are one person's, where the host knows it and no payload says so. Each of the ids finds
   * the person's conversations from then on, with all that was said under any of them. Of two active conversations the
   * older person's stays, and the other one is merged into it. Of two contacts the older one stays, and the other's id
   * leads to it. A person has one current id of each kind: ids that would give two are a `conflict`, and link nothing.
   * Throws UNSUPPORTED on a standalone mongod.
   */
  linkCustomerIds(input: LinkCustomerIdsInput, options?: WriteOptions): Promise<LinkResult>

  /**
   * Applies a receipt that names the inbox alone. Each message is looked for among the replies in the inbox, whoever
   * the customer is, and then the receipt is applied as an event of that customer's would be. An id that several
   * customers' replies have is reported as `ambiguous`, and one that none has as `unknown`: of neither is anything
   * kept. Use it only where the body names no customer. An ordinary receipt waits for its message, and is bounded by
   * its customer. All messages that were found are changed together, or none. Throws UNSUPPORTED on a standalone
   * mongod.
   */
  applyReceipt(input: ApplyReceiptInput, options?: WriteOptions): Promise<readonly InboxReceiptResult[]>

  /**
   * Removes events that have waited longer than 30 days for what they are about, the longest first: edits, deletions,
   * reactions and receipts whose message never came, and facts of customers without a conversation. A write with events
   * does the same for its own customer, so the sweep is for customers who went silent. Call it now and then, once a day
   * for example, until `more` is false. The events that one call removes go in one atomic step, and each is counted in
   * `dropped_events` of its contact inbox. A removed event that is sent again is new, and waits again. Any number of
   * processes may sweep at once; each event is counted once. After a lost reply the result tells what the last attempt
   * removed. `limit` is 1 to 5,000, default 1,000. Throws UNSUPPORTED on a standalone mongod.
   */
  sweep(input?: { readonly limit?: number }, options?: WriteOptions): Promise<SweepResult>

  /** Finds a conversation by its id. Returns null when the id is unknown or belongs to another account. */
  findConversation(input: { readonly conversationId: string }, options?: CallOptions): Promise<Conversation<TMetadata> | null>

  /**
   * Finds the customer's active conversation, or with `status: 'any'` the latest one. Returns null when there is none.
   * An alias of the customer finds the same conversation.
   */
  findByOaAndCustomer(
    input: CustomerKey & { readonly status?: 'active' | 'any' },
    options?: CallOptions,
  ): Promise<Conversation<TMetadata> | null>

  /** Lists the conversations of an inbox, last activity first. It is `listConversations` with the filter `oaId`. */
  findByOa(input: { readonly oaId: string } & ConversationFilter & PageInput, options?: CallOptions): PagedList<Conversation<TMetadata>>

  /**
   * Lists the conversations of a chatbot, last activity first. It is `listConversations` with the filter `chatbotId`.
   */
  findByChatbotId(
    input: { readonly chatbotId: string } & ConversationFilter & PageInput,
    options?: CallOptions,
  ): PagedList<Conversation<TMetadata>>

  /**
   * Lists conversations, last activity first, then by id. `await` gives one page; `for await` walks over all pages. A
   * walk returns each conversation that keeps its place exactly once, and never returns one twice. A conversation
   * that is opened or gets a newer message during the walk moves to the head of the list, which the walk has already
   * passed. The walk misses it, unless it has returned it before. To get everything that changed since a walk, walk
   * again with `updatedSince` set to one minute before the first walk began. The minute covers writes that were under
   * way, and clocks that differ. A transaction of the host that writes conversations (`using`) and takes longer needs
   * a longer overlap, because its changes have the times at which they were made, and are seen when it commits.
   * Throws VALIDATION_FAILED for a cursor of another list.
   */
  listConversations(input?: ConversationFilter & PageInput, options?: CallOptions): PagedList<Conversation<TMetadata>>

  /** Returns the exact number of conversations that the filter matches. */
  countConversations(input?: ConversationFilter, options?: CallOptions): Promise<number>

  /**
   * Finds a message by the store's id, or by the channel's or the host's id within one customer of an inbox. Returns
   * null when it is unknown.
   */
  findMessage(input: MessageKey, options?: CallOptions): Promise<Message | null>

  /**
   * Lists a conversation's messages, with `order: 'oldest'` (default) or `'newest'` first. By `'time'` (default) it is
   * what a person reads: what was said earlier stands before what was said later, however late it arrived. A message
   * whose `occurredAt` was more than 5 minutes ahead when it was stored is listed by its `createdAt`. A message that
   * arrives late takes its place among the pages that a reader has seen already. So a program that must see every
   * message once reads by `'seq'`, which only grows: `afterSeq` continues after the last message that it has seen, and
   * skips none. The list of an unknown conversation is empty. Throws VALIDATION_FAILED for a cursor of another list,
   * such as one by the other of the two orders, and for `afterSeq` with `by: 'time'`.
   */
  listMessages(input: ListMessagesInput, options?: CallOptions): PagedList<Message>

  /**
   * Lists a conversation's events after `afterEventSeq` (default 0) in the order of `eventSeq`, which is the order of
   * commits. A reader that goes on after the last event it has seen never skips one.
   */
  listEvents(
    input: { readonly conversationId: string; readonly afterEventSeq?: number } & PageInput,
    options?: CallOptions,
  ): PagedList<ConversationEvent>

  /**
   * Finds a contact by its id, or by one of the customers it stands for. The id of one that was merged finds the one
   * that was kept, whose `redirectedFrom` is that id. Returns null when it is unknown.
   */
  findContact(input: ContactKey, options?: CallOptions): Promise<Contact | null>

  /** Patches a contact. A name that is set here takes precedence over the channel's profile name. Throws NOT_FOUND. */
  updateContact(input: UpdateContactInput, options?: WriteOptions): Promise<Contact>
}
