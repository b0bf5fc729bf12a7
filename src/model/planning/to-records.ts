import type { Inbox } from '../inboxes.js'
import type { JsonObject } from '../json.js'
import type { Contact, Conversation, ConversationEvent, Identity, Message, Reaction } from '../records.js'
import { compareBytes } from './byte-order.js'
import type { ContactInboxRow, ContactRow, ConversationRow, EventRow, IdentityMark, InboxRow, MessageRow, ReactionMark } from './rows.js'

/**
 * Makes the copy that a host gets and may change. `head` is the conversation's contact inbox, for a conversation that
 * is linked.
 */
export function toConversation(row: ConversationRow, head: ContactInboxRow | null): Conversation {
  return {
    id: row.id,
    accountId: row.accountId,
    oaId: row.oaId,
    customerId: row.customerId,
    ...toPerson(row.customerId, head?.identities ?? null),
    contactId: row.contactId,
    channel: row.channel,
    status: row.status,
    version: row.version,
    nickname: row.nickname,
    customerName: row.customerName,
    customerUsername: row.customerUsername,
    chatbotId: row.chatbotId,
    unreadCount: row.unreadCount,
    lastSeq: row.lastSeq,
    readSeq: row.readSeq,
    lastMessageAt: copyOf(row.lastMessageAt),
    lastMessagePreview: row.lastMessagePreview,
    lastInboundAt: copyOf(row.lastInboundAt),
    waitingSince: copyOf(row.waitingSince),
    lastActivityAt: copyOf(row.lastActivityAt),
    statusChangedAt: copyOf(row.statusChangedAt),
    windowExpiresAt: copyOf(row.windowExpiresAt),
    snoozedUntil: copyOf(row.snoozedUntil),
    closedAt: copyOf(row.closedAt),
    metadata: copyOf(row.metadata),
    createdAt: copyOf(row.createdAt),
    updatedAt: copyOf(row.updatedAt),
  }
}

/** Whom to answer, and by which ids a customer is known. */
export function toPerson(customerId: string, marks: readonly IdentityMark[] | null): Pick<Conversation, 'recipientId' | 'identities'> {
  if (marks === null) return { recipientId: customerId, identities: [{ id: customerId, kind: null, formerSince: null }] }
  const current = marks.filter(({ formerSince }) => formerSince === null)
  const phone = current.find(({ kind, disputedSince }) => kind === 'phone' && disputedSince === null)
  const isDisputed = current.some(({ id, disputedSince }) => id === customerId && disputedSince !== null)
  const undisputed = isDisputed ? current.find(({ disputedSince }) => disputedSince === null) : undefined
  const recipient = phone ?? current.find(({ kind }) => kind === 'user_id') ?? undisputed
  return { recipientId: recipient?.id ?? customerId, identities: marks.map(toIdentity) }
}

export function toIdentity({ id, kind, formerSince }: IdentityMark): Identity {
  return { id, kind, formerSince: copyOf(formerSince) }
}

export function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    accountId: row.accountId,
    conversationId: row.conversationId,
    contactInboxId: row.contactInboxId,
    seq: row.seq,
    messageId: row.messageId,
    localId: row.localId,
    direction: row.direction,
    sender: { id: row.sender.id, type: row.sender.type, name: row.sender.name },
    text: row.text,
    attachments: row.attachments.map(({ type, url, name, payload }) => ({ type, url, name, payload: copyOf(payload) })),
    replyTo: row.replyTo,
    status: row.status,
    occurredAt: copyOf(row.occurredAt),
    sentAt: copyOf(row.sentAt),
    deliveredAt: copyOf(row.deliveredAt),
    readAt: copyOf(row.readAt),
    failedAt: copyOf(row.failedAt),
    error: row.error,
    editedAt: copyOf(row.editedAt),
    deletedAt: copyOf(row.deletedAt),
    history: row.history,
    reactions: toReactions(row.reactionMarks),
    metadata: copyOf(row.metadata),
    createdAt: copyOf(row.createdAt),
  }
}

function toReactions(marks: readonly ReactionMark[]): readonly Reaction[] {
  return marks
    .flatMap(({ senderId, emoji, occurredAt }) => (emoji === null ? [] : [{ senderId, emoji, occurredAt: copyOf(occurredAt) }]))
    .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || compareBytes(a.senderId, b.senderId))
}

/** Returns null for an event that still waits, because it is in no conversation. */
export function toEvent(row: EventRow): ConversationEvent | null {
  if (row.conversationId === null || row.eventSeq === null) return null
  return {
    id: row.id,
    accountId: row.accountId,
    conversationId: row.conversationId,
    contactInboxId: row.contactInboxId,
    eventSeq: row.eventSeq,
    type: row.type,
    messageId: row.messageId,
    targetMessageId: row.targetMessageId,
    localId: row.localId,
    senderId: row.senderId,
    direction: row.direction,
    payload: copyOf(row.payload),
    history: row.history,
    occurredAt: copyOf(row.occurredAt),
    createdAt: copyOf(row.createdAt),
  }
}

export function toContact(row: ContactRow): Contact {
  return {
    id: row.id,
    accountId: row.accountId,
    name: row.name,
    nameSource: row.nameSource,
    metadata: copyOf(row.metadata),
    createdAt: copyOf(row.createdAt),
    updatedAt: copyOf(row.updatedAt),
  }
}

export function toInbox(row: InboxRow): Inbox {
  return {
    id: row.id,
    accountId: row.accountId,
    oaId: row.oaId,
    channel: row.channel,
    provider: row.provider,
    name: row.name,
    chatbotId: row.chatbotId,
    onClosed: copyOf(row.onClosed),
    metadata: copyOf(row.metadata),
    status: row.status,
    connectedAt: copyOf(row.connectedAt),
    disconnectedAt: copyOf(row.disconnectedAt),
    redirectedTo: row.redirectedTo,
    history: row.history === null ? null : { ...row.history, updatedAt: copyOf(row.history.updatedAt) },
    createdAt: copyOf(row.createdAt),
    updatedAt: copyOf(row.updatedAt),
  }
}

function copyOf<T extends Date | JsonObject | string | null>(value: T): T
function copyOf(value: Date | JsonObject | string | null): Date | JsonObject | string | null {
  if (value === null || typeof value === 'string') return value
  return value instanceof Date ? new Date(value.getTime()) : structuredClone(value)
}
