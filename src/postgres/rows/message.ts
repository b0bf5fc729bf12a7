import type { JsonObject } from '../../model/json.js'
import { compareBytes } from '../../model/planning/byte-order.js'
import type { Attachment, DeliveryStatus, Direction, Message, Reaction, SenderType } from '../../model/records.js'
import { columns, type Row } from '../columns.js'
import { flagOrNull, integer, jsonList, jsonObject, text, textOrNull, time, timeOrNull } from '../readers.js'

export const messageRow = columns({
  id: text,
  account_id: text,
  conversation_id: text,
  contact_inbox_id: text,
  own_id: textOrNull,
  seq: integer,
  message_id: textOrNull,
  local_id: textOrNull,
  direction: text<Direction>,
  sender_id: textOrNull,
  sender_type: text<SenderType>,
  sender_name: textOrNull,
  text: text,
  attachments: jsonList,
  reply_to: textOrNull,
  status: textOrNull<DeliveryStatus>,
  occurred_at: time,
  sent_at: timeOrNull,
  delivered_at: timeOrNull,
  read_at: timeOrNull,
  failed_at: timeOrNull,
  error: textOrNull,
  edited_at: timeOrNull,
  deleted_at: timeOrNull,
  is_history: flagOrNull,
  reactions: jsonList,
  metadata: jsonObject,
  created_at: time,
})

export function toMessage(found: Row): Message {
  const row = messageRow.of(found)
  return {
    id: text(row.id),
    accountId: text(row.account_id),
    conversationId: text(row.conversation_id),
    contactInboxId: textOrNull(row.own_id) ?? text(row.contact_inbox_id),
    seq: integer(row.seq),
    messageId: textOrNull(row.message_id),
    localId: textOrNull(row.local_id),
    direction: text(row.direction),
    sender: { id: textOrNull(row.sender_id), type: text(row.sender_type), name: textOrNull(row.sender_name) },
    text: text(row.text),
    attachments: jsonList(row.attachments).flatMap(toAttachment),
    replyTo: textOrNull(row.reply_to),
    status: textOrNull(row.status),
    occurredAt: time(row.occurred_at),
    sentAt: timeOrNull(row.sent_at),
    deliveredAt: timeOrNull(row.delivered_at),
    readAt: timeOrNull(row.read_at),
    failedAt: timeOrNull(row.failed_at),
    error: textOrNull(row.error),
    editedAt: timeOrNull(row.edited_at),
    deletedAt: timeOrNull(row.deleted_at),
    history: flagOrNull(row.is_history) === true,
    reactions: toReactions(jsonList(row.reactions)),
    metadata: jsonObject(row.metadata),
    createdAt: time(row.created_at),
  }
}

/** Only a host's own SQL can have stored something else than an attachment. What is no object is left out. */
function toAttachment(given: unknown): readonly Attachment[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return []
  const { type, url, name, payload } = given as Record<string, unknown>
  return [{ type: textIn(type) ?? 'unknown', url: textIn(url), name: textIn(name), payload: isObject(payload) ? payload : null }]
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type ReactionMark = readonly [senderId: string, emoji: string | null, occurredAt: number]

function isMark(mark: unknown): mark is ReactionMark {
  return Array.isArray(mark) && typeof mark[0] === 'string' && typeof mark[2] === 'number' && Math.abs(mark[2]) <= 8.64e15
}

// A reaction that was removed is kept without its emoji, so that an older reaction that arrives late doesn't bring it
// back.
function toReactions(marks: readonly unknown[]): readonly Reaction[] {
  return marks
    .filter(isMark)
    .flatMap(([senderId, emoji, occurredAt]) => (emoji === null ? [] : [{ senderId, emoji, occurredAt: new Date(occurredAt) }]))
    .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || compareBytes(a.senderId, b.senderId))
}
