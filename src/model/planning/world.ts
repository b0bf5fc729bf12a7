import type { ContactInboxRow, ContactRow, ConversationRow, EventRow, InboxRow, MessageRow } from './rows.js'

/** What a waiting event may wait for. */
export interface WaitedFor {
  readonly messageIds: ReadonlySet<string>
  readonly localIds: ReadonlySet<string>
  /** Any conversation: events without a target. */
  readonly conversation: boolean
}

/**
 * What the planner reads and writes, of one account. Memory answers from its maps; MongoDB from what it loaded before,
 * and throws `WorldIncomplete` for what it did not, loads that too and plans again. Reads see the writes made before
 * them.
 */
export interface World {
  inbox(oaId: string): InboxRow | null
  contact(id: string): ContactRow | null
  contactInbox(oaId: string, customerId: string): ContactInboxRow | null
  contactInboxById(id: string): ContactInboxRow | null
  /** Those whose `canonicalId` is the given one. */
  aliasesOf(contactInboxId: string): readonly ContactInboxRow[]
  conversation(id: string): ConversationRow | null
  activeConversation(contactInboxId: string): ConversationRow | null
  /** The greatest (createdAt, id), closed or not. */
  latestConversation(contactInboxId: string): ConversationRow | null
  activeByUsername(oaId: string, usernameKey: string): ConversationRow | null
  /** Only asked when the item was sent before. */
  conversationWithOperation(contactInboxId: string, operationId: string): ConversationRow | null
  message(id: string): MessageRow | null
  messageByMessageId(contactInboxId: string, messageId: string): MessageRow | null
  messageByLocalId(contactInboxId: string, localId: string): MessageRow | null
  eventByMessageId(contactInboxId: string, messageId: string): EventRow | null
  eventByDedupeKey(contactInboxId: string, dedupeKey: string): EventRow | null
  /** At least the waiting events that concern these; others may come along. */
  waitingEvents(contactInboxId: string, concerning: WaitedFor): readonly EventRow[]
  /** Outbound, sentAt at or before `upTo`, status not `failed`, and without that status's time. */
  undelivered(contactInboxId: string, status: 'delivered' | 'read', upTo: Date): readonly MessageRow[]
  /** Messages of a conversation past a seq, ascending. */
  messagesAfter(conversationId: string, seq: number): readonly MessageRow[]
  /** The one with the greatest (occurredAt, seq). */
  latestMessage(conversationId: string): MessageRow | null

  putContact(row: ContactRow): void
  putContactInbox(row: ContactInboxRow): void
  putConversation(row: ConversationRow): void
  putMessage(row: MessageRow): void
  deleteMessage(row: MessageRow): void
  putEvent(row: EventRow): void
  deleteEvent(row: EventRow): void

  /** Undoes every write since the mark; so a failing item leaves nothing. */
  mark(): number
  rollbackTo(mark: number): void
}
