import type { JsonObject } from '../model/json.js'
import { compareBytes } from '../model/planning/byte-order.js'
import type {
  Attachment,
  Contact,
  Conversation,
  ConversationEvent,
  ConversationStatus,
  DeliveryStatus,
  Direction,
  Inbox,
  Message,
  OnClosed,
  Reaction,
  SenderType,
} from '../model/records.js'
import { columnList, packedColumns, type Row } from './columns.js'

export type { Row } from './columns.js'

const conversationNames =
  'id account_id oa_id customer_id contact_id channel status version nickname customer_name customer_username chatbot_id unread_count ' +
  'last_seq read_seq last_message_at@ last_message_preview last_inbound_at@ last_activity_at@ status_changed_at@ window_expires_at@ ' +
  'snoozed_until@ closed_at@ metadata created_at@ updated_at@'
export const conversationColumns = columnList(conversationNames)
export const packedConversation = packedColumns(conversationNames)
/** The same as they are stored, for a query inside another. */
export const storedConversationColumns = columnList(conversationNames.replaceAll('@', ''))
const messageNames =
  'id account_id conversation_id contact_inbox_id seq message_id local_id direction sender_id sender_type sender_name text attachments ' +
  'reply_to status occurred_at@ sent_at@ delivered_at@ read_at@ failed_at@ error edited_at@ deleted_at@ reactions metadata created_at@'
export const messageColumns = columnList(messageNames)
export const packedMessage = packedColumns(messageNames)
export const eventColumns = columnList(
  'id account_id conversation_id contact_inbox_id event_seq type message_id target_message_id local_id sender_id direction payload ' +
    'occurred_at@ created_at@',
)
export const contactColumns = columnList('id account_id name name_source metadata created_at@ updated_at@')
export const inboxColumns = columnList(
  'id account_id oa_id channel provider name chatbot_id on_closed metadata status connected_at@ disconnected_at@ created_at@ updated_at@',
)

export function toConversation(row: Row): Conversation {
  return {
    id: text(row.id),
    accountId: text(row.account_id),
    oaId: text(row.oa_id),
    customerId: text(row.customer_id),
    contactId: text(row.contact_id),
    channel: text(row.channel),
    status: text(row.status) as ConversationStatus,
    version: integer(row.version),
    nickname: textOrNull(row.nickname),
    customerName: textOrNull(row.customer_name),
    customerUsername: textOrNull(row.customer_username),
    chatbotId: textOrNull(row.chatbot_id),
    unreadCount: integer(row.unread_count),
    lastSeq: integer(row.last_seq),
    readSeq: integer(row.read_seq),
    lastMessageAt: timeOrNull(row.last_message_at),
    lastMessagePreview: textOrNull(row.last_message_preview),
    lastInboundAt: timeOrNull(row.last_inbound_at),
    lastActivityAt: time(row.last_activity_at),
    statusChangedAt: time(row.status_changed_at),
    windowExpiresAt: timeOrNull(row.window_expires_at),
    snoozedUntil: timeOrNull(row.snoozed_until),
    closedAt: timeOrNull(row.closed_at),
    metadata: json<JsonObject | null>(row.metadata),
    createdAt: time(row.created_at),
    updatedAt: time(row.updated_at),
  }
}

export function toMessage(row: Row): Message {
  return {
    id: text(row.id),
    accountId: text(row.account_id),
    conversationId: text(row.conversation_id),
    contactInboxId: text(row.contact_inbox_id),
    seq: integer(row.seq),
    messageId: textOrNull(row.message_id),
    localId: textOrNull(row.local_id),
    direction: text(row.direction) as Direction,
    sender: { id: textOrNull(row.sender_id), type: text(row.sender_type) as SenderType, name: textOrNull(row.sender_name) },
    text: text(row.text),
    attachments: json<readonly Row[]>(row.attachments).map(toAttachment),
    replyTo: textOrNull(row.reply_to),
    status: textOrNull(row.status) as DeliveryStatus | null,
    occurredAt: time(row.occurred_at),
    sentAt: timeOrNull(row.sent_at),
    deliveredAt: timeOrNull(row.delivered_at),
    readAt: timeOrNull(row.read_at),
    failedAt: timeOrNull(row.failed_at),
    error: textOrNull(row.error),
    editedAt: timeOrNull(row.edited_at),
    deletedAt: timeOrNull(row.deleted_at),
    reactions: toReactions(json<readonly ReactionMark[]>(row.reactions)),
    metadata: json<JsonObject | null>(row.metadata),
    createdAt: time(row.created_at),
  }
}

function toAttachment(row: Row): Attachment {
  return { type: text(row.type), url: textOrNull(row.url), name: textOrNull(row.name), payload: json<JsonObject | null>(row.payload) }
}

type ReactionMark = readonly [senderId: string, emoji: string | null, occurredAt: number]

// A reaction that was taken away is kept without an emoji, so that an older one that comes late does not bring it back.
function toReactions(marks: readonly ReactionMark[]): readonly Reaction[] {
  return marks
    .flatMap(([senderId, emoji, occurredAt]) => (emoji === null ? [] : [{ senderId, emoji, occurredAt: new Date(occurredAt) }]))
    .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || compareBytes(a.senderId, b.senderId))
}

export function toEvent(row: Row): ConversationEvent {
  return {
    id: text(row.id),
    accountId: text(row.account_id),
    conversationId: text(row.conversation_id),
    contactInboxId: text(row.contact_inbox_id),
    eventSeq: integer(row.event_seq),
    type: text(row.type),
    messageId: textOrNull(row.message_id),
    targetMessageId: textOrNull(row.target_message_id),
    localId: textOrNull(row.local_id),
    senderId: textOrNull(row.sender_id),
    direction: text(row.direction) as Direction,
    payload: json<JsonObject | null>(row.payload),
    occurredAt: time(row.occurred_at),
    createdAt: time(row.created_at),
  }
}

export function toContact(row: Row): Contact {
  return {
    id: text(row.id),
    accountId: text(row.account_id),
    name: textOrNull(row.name),
    nameSource: textOrNull(row.name_source) as Contact['nameSource'],
    metadata: json<JsonObject | null>(row.metadata),
    createdAt: time(row.created_at),
    updatedAt: time(row.updated_at),
  }
}

export function toInbox(row: Row): Inbox {
  return {
    id: text(row.id),
    accountId: text(row.account_id),
    oaId: text(row.oa_id),
    channel: text(row.channel),
    provider: textOrNull(row.provider),
    name: textOrNull(row.name),
    chatbotId: textOrNull(row.chatbot_id),
    onClosed: json<OnClosed | null>(row.on_closed),
    metadata: json<JsonObject | null>(row.metadata),
    status: text(row.status) as Inbox['status'],
    connectedAt: time(row.connected_at),
    disconnectedAt: timeOrNull(row.disconnected_at),
    createdAt: time(row.created_at),
    updatedAt: time(row.updated_at),
  }
}

export function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a column that is never null came back without text')
  return value
}

export function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : text(value)
}

export function integer(value: unknown): number {
  return Number(value)
}

/** Booleans of an executor's row, which come as text. */
export function flag(value: unknown): boolean {
  return value === 't' || value === 'true' || value === true
}

/** Milliseconds from our own statements; ISO 8601 where a function put the row into JSON. */
function time(value: unknown): Date {
  const milliseconds = typeof value === 'string' ? Number(value) : Number.NaN
  const at = new Date(Number.isNaN(milliseconds) ? (value as string | number | Date) : milliseconds)
  if (Number.isNaN(at.getTime())) throw new TypeError('a time came back in a form that is not ours')
  return at
}

function timeOrNull(value: unknown): Date | null {
  return value === null || value === undefined ? null : time(value)
}

export function json<T>(value: unknown): T {
  return (typeof value === 'string' ? JSON.parse(value) : (value ?? null)) as T
}
