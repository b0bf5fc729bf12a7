import type { ContactInboxRow, ContactRow, ConversationRow, EventRow, InboxRow, MergeRow, MessageRow, Watermark } from './rows.js'

/** What a waiting event may wait for. */
export interface WaitedFor {
  readonly messageIds: ReadonlySet<string>
  readonly localIds: ReadonlySet<string>
  /** True for events without a target, which wait for any conversation. */
  readonly conversation: boolean
}

/** A place in the list by time of the messages that are stored under one id. */
export interface PlaceInTime {
  readonly at: Date
  readonly seq: number
}

/** The messages that are stored under the id of a conversation, as the one sees them that holds them now. */
export interface StoredUnder {
  readonly id: string
  /** The merges that stand there. What they hide is not among the messages. */
  readonly merges: readonly string[]
}

/**
 * What the planner reads and writes, for one account. The memory adapter answers from its maps. The MongoDB adapter
 * answers from what it has loaded. For what it has not loaded it throws `WorldIncomplete`, loads that too and plans
 * again. Reads see the writes made before them.
 */
export interface World {
  inbox(oaId: string): InboxRow | null
  contact(id: string): ContactRow | null
  /** The contacts that were merged into this one. */
  contactsMergedInto(id: string): readonly ContactRow[]
  contactInbox(oaId: string, customerId: string): ContactInboxRow | null
  contactInboxById(id: string): ContactInboxRow | null
  /** The contact inboxes whose `canonicalId` is the given one. */
  aliasesOf(contactInboxId: string): readonly ContactInboxRow[]
  /** The conversation, or the one that it was merged into. */
  conversation(id: string): ConversationRow | null
  activeConversation(contactInboxId: string): ConversationRow | null
  /** The one with the greatest (createdAt, id), whether closed or not. */
  latestConversation(contactInboxId: string): ConversationRow | null
  /** All conversations of a contact inbox, which are asked for only when people are joined. */
  conversationsOf(contactInboxId: string): readonly ConversationRow[]
  activeByUsername(oaId: string, usernameKey: string): ConversationRow | null
  /** Called only when the item was sent before. */
  conversationWithOperation(contactInboxId: string, operationId: string): ConversationRow | null
  message(id: string): MessageRow | null
  messageByMessageId(scope: string, messageId: string): MessageRow | null
  /** The messages that have one of these ids in one of these scopes. */
  messagesByMessageId(scopes: readonly string[], messageIds: readonly string[]): readonly MessageRow[]
  messageByLocalId(scope: string, localId: string): MessageRow | null
  eventByMessageId(scope: string, messageId: string): EventRow | null
  eventByDedupeKey(scope: string, dedupeKey: string): EventRow | null
  /** Returns at least the waiting events that concern these ids or any conversation. It may return others as well. */
  waitingEvents(scope: string, concerning: WaitedFor): readonly EventRow[]
  /** The events that have waited since `since` or longer, by (createdAt, id), at most `limit` of them. */
  waitingSince(scope: string, since: Date, limit: number): readonly EventRow[]
  /**
   * The messages that the watermark marks: outbound ones with `sentAt` at or before `upTo`, a status other than
   * `failed`, and no time for the given status. An adapter may return only those that were sent last, at least one of
   * them, and mark the others itself.
   */
  undelivered(scope: string, status: 'delivered' | 'read', watermark: Watermark): readonly MessageRow[]
  /** Everything that waits in a scope, which is asked for only when people are joined. */
  allWaiting(scope: string): readonly EventRow[]
  /**
   * The pairs of messages that have one message id or one local id in two of these scopes, the one in the earlier scope
   * first. It is asked only when people are joined.
   */
  doubles(scopes: readonly string[]): readonly (readonly [kept: MessageRow, double: MessageRow])[]
  /**
   * The messages of two conversations that may have a copy in the other one. It is asked only when people are joined.
   */
  commonMessages(kept: ConversationRow, lost: ConversationRow): readonly MessageRow[]
  /** The last message in a list by time, of those that are stored under this id. */
  latestMessage(of: StoredUnder): MessageRow | null
  /** The last answer in a list by time, of those that are stored under this id. */
  lastAnswer(of: StoredUnder): MessageRow | null
  /** The first question after a place in the list by time, or the first of all, of those stored under this id. */
  firstQuestion(of: StoredUnder, after: PlaceInTime | null): MessageRow | null

  putContact(row: ContactRow): void
  putContactInbox(row: ContactInboxRow): void
  putConversation(row: ConversationRow): void
  /**
   * Keeps a merge. The row of the lost conversation goes, and its id leads to the kept one from now on, as do those
   * that led to it.
   */
  putMerge(row: MergeRow): void
  putMessage(row: MessageRow): void
  deleteMessage(row: MessageRow): void
  putEvent(row: EventRow): void
  deleteEvent(row: EventRow): void
  /** Deletes an event that waits, and counts it among the dropped events of its contact inbox. */
  dropEvent(row: EventRow): void

  /** Returns a mark. `rollbackTo` undoes every write since it, so that an item that fails leaves nothing behind. */
  mark(): number
  rollbackTo(mark: number): void
}
