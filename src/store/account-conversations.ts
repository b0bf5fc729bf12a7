import type { JsonObject } from '../model/json.js'
import type { Contact, Conversation, ConversationEvent, Inbox, Message } from '../model/records.js'
import type {
  BulkUpsertInput,
  CallOptions,
  ChangeStatusInput,
  ConnectInboxInput,
  ContactKey,
  ConversationFilter,
  CustomerKey,
  MarkReadInput,
  MessageKey,
  PageInput,
  SnoozeConversationInput,
  UpdateContactInput,
  UpdateConversationInput,
  UpdateNicknameInput,
  UpsertConversationInput,
  UpsertConversationWithEventsInput,
} from './inputs.js'
import type { PagedList } from './paged-list.js'
import type { BulkItemResult, ConversationChange, ConversationEventsResult } from './results.js'

/**
 * The conversations of one account. No method can name another account; what belongs to one is not found.
 *
 * Every write is atomic, and idempotent under a lost reply. Every method throws `VALIDATION_FAILED` or
 * `PAYLOAD_TOO_LARGE` before anything is sent, `SCHEMA_OUT_OF_DATE` when `store.migrate()` was never called,
 * `CONTENTION` or `UNAVAILABLE` when the retries are spent, and `STORE_CLOSED` after `store.close()`. The other codes
 * stand at each method.
 */
export interface AccountConversations<TMetadata = JsonObject> {
  readonly accountId: string

  /**
   * Returns the customer's active conversation with the patch applied, and opens one where there is none. Of any number
   * of concurrent callers exactly one sees `created`, and all get the same conversation. A last conversation that is
   * closed is handled by `onClosed`, in the same atomic step. A patch that changes nothing is `unchanged`. Throws
   * VERSION_CONFLICT, USERNAME_TAKEN, INBOX_CHANNEL_MISMATCH.
   */
  upsertConversation(input: UpsertConversationInput<TMetadata>): Promise<ConversationChange<TMetadata>>

  /**
   * Writes a customer's events, with the conversation, its counters and its version, in one atomic step. Only new
   * messages and postbacks open a conversation: an inbound one by `onClosed`; an outbound one joins the latest
   * conversation and opens one only where there is none. An inbound one wakes a snoozed conversation. Edits, deletions,
   * reactions and receipts go to their target's conversation, or wait for it. When every event is known the call is a
   * replay: `duplicate`, and not even the patch is applied. Throws VERSION_CONFLICT, USERNAME_TAKEN,
   * INBOX_CHANNEL_MISMATCH; UNSUPPORTED on a standalone mongod.
   */
  upsertConversationWithEvents(input: UpsertConversationWithEventsInput<TMetadata>): Promise<ConversationEventsResult<TMetadata>>

  /**
   * The same for up to 1,000 conversations at once: one result per item, in order. All or nothing, unless
   * `atomic: false`. Throws as `upsertConversationWithEvents` does, with `atomic: false` only what concerns the whole
   * call. On a standalone mongod several items are UNSUPPORTED also without events, unless `atomic: false`.
   */
  bulkUpsertConversationsWithEvents(input: BulkUpsertInput<TMetadata>): Promise<readonly BulkItemResult<TMetadata>[]>

  /** Patches a conversation, closed ones too when named by id. Throws NOT_FOUND, VERSION_CONFLICT. */
  updateConversation(input: UpdateConversationInput<TMetadata>): Promise<ConversationChange<TMetadata>>

  /** Gives a conversation a nickname; `null` clears it. Throws NOT_FOUND, VERSION_CONFLICT. */
  updateNickname(input: UpdateNicknameInput): Promise<ConversationChange<TMetadata>>

  /**
   * Moves the read horizon forward, never back, and recounts `unreadCount` exactly. Throws NOT_FOUND, VERSION_CONFLICT.
   */
  markRead(input: MarkReadInput): Promise<ConversationChange<TMetadata>>

  /**
   * Closes an active conversation; the next inbound message follows `onClosed`. Throws NOT_FOUND, VERSION_CONFLICT,
   * INVALID_TRANSITION (closed already).
   */
  closeConversation(input: ChangeStatusInput): Promise<ConversationChange<TMetadata>>

  /**
   * Sets an active conversation aside until a time, or until the next inbound message. Throws NOT_FOUND,
   * VERSION_CONFLICT, INVALID_TRANSITION (closed).
   */
  snoozeConversation(input: SnoozeConversationInput): Promise<ConversationChange<TMetadata>>

  /**
   * Opens a closed or snoozed conversation; by customer it means the latest. Throws NOT_FOUND, VERSION_CONFLICT,
   * INVALID_TRANSITION (open already), ACTIVE_CONVERSATION_EXISTS (the customer has another active one), USERNAME_TAKEN
   * (another active one has claimed its username).
   */
  reopenConversation(input: ChangeStatusInput): Promise<ConversationChange<TMetadata>>

  /**
   * Opens snoozed conversations whose time has come, the longest due first; each once, also when several processes call
   * it. `limit` 1 to 1,000, default 100.
   */
  wakeDue(input?: { readonly limit?: number }): Promise<readonly Conversation<TMetadata>[]>

  /** Null when the id is unknown in this account, or another account's. */
  findConversation(input: { readonly conversationId: string }, options?: CallOptions): Promise<Conversation<TMetadata> | null>

  /**
   * The customer's active conversation, or with `status: 'any'` the latest; null when there is none. Aliases resolve.
   */
  findByOaAndCustomer(
    input: CustomerKey & { readonly status?: 'active' | 'any' },
    options?: CallOptions,
  ): Promise<Conversation<TMetadata> | null>

  /** Conversations of an inbox, last activity first. A filter of `listConversations` by another name. */
  findByOa(input: { readonly oaId: string } & ConversationFilter & PageInput, options?: CallOptions): PagedList<Conversation<TMetadata>>

  /** Conversations of a chatbot, last activity first. A filter of `listConversations` by another name. */
  findByChatbotId(
    input: { readonly chatbotId: string } & ConversationFilter & PageInput,
    options?: CallOptions,
  ): PagedList<Conversation<TMetadata>>

  /**
   * Last activity first, then by id. `await` gives one page, `for await` walks over the pages. During a walk each
   * conversation that stays in its place comes exactly once. One that is opened or gets a newer message meanwhile moves
   * to the head, which the walk has passed: the walk misses it, unless it came before, and none ever comes twice.
   * Another walk with `updatedSince` a minute before the first one began gives all that changed since; the minute is
   * for writes that were under way, and for clocks that differ. Throws VALIDATION_FAILED for a cursor of another list.
   */
  listConversations(input?: ConversationFilter & PageInput, options?: CallOptions): PagedList<Conversation<TMetadata>>

  /** How many conversations the filter matches, exactly. */
  countConversations(input?: ConversationFilter, options?: CallOptions): Promise<number>

  /** A message by our id, or by the channel's or the host's id within one customer of an inbox; null when unknown. */
  findMessage(input: MessageKey, options?: CallOptions): Promise<Message | null>

  /**
   * A conversation's messages by `seq`: `order: 'oldest'` (default) or `'newest'` first. An unknown conversation has
   * none.
   */
  listMessages(
    input: { readonly conversationId: string; readonly order?: 'oldest' | 'newest' } & PageInput,
    options?: CallOptions,
  ): PagedList<Message>

  /**
   * A conversation's events after `afterEventSeq` (default 0), in `eventSeq` order, which is commit order: none is ever
   * skipped.
   */
  listEvents(
    input: { readonly conversationId: string; readonly afterEventSeq?: number } & PageInput,
    options?: CallOptions,
  ): PagedList<ConversationEvent>

  /** A person, by id or by one of the customers they are; null when unknown. */
  findContact(input: ContactKey, options?: CallOptions): Promise<Contact | null>

  /** Patches a contact; a name set here outranks the channel's profile name. Throws NOT_FOUND. */
  updateContact(input: UpdateContactInput): Promise<Contact>

  /**
   * Connects an inbox, or patches the one that is connected. One account at a time owns a channel identity. Throws
   * INBOX_ALREADY_CONNECTED (another account has it), INBOX_CHANNEL_MISMATCH (this `oaId` is on another channel here).
   */
  connectInbox(input: ConnectInboxInput): Promise<Inbox>

  /** Gives the channel identity up; the history stays. Disconnecting twice is no error. Throws NOT_FOUND. */
  disconnectInbox(input: { readonly oaId: string }): Promise<Inbox>

  /** The account's inboxes by `oaId`, disconnected ones too. */
  listInboxes(input?: PageInput, options?: CallOptions): PagedList<Inbox>
}
