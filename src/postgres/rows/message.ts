import type { JsonObject } from '../../model/json.js'
import { compareBytes } from '../../model/planning/byte-order.js'
import type { Attachment, DeliveryStatus, Direction, Message, Reaction, SenderType } from '../../model/records.js'
import { columns, type Row } from '../columns.js'
import { integer, json, text, textOrNull, time, timeOrNull } from '../readers.js'

export const messageRow = columns({
  id: text,
  account_id: text,
  conversation_id: text,
  contact_inbox_id: text,
  seq: integer,
  message_id: textOrNull,
  local_id: textOrNull,
  direction: text<Direction>,
  sender_id: textOrNull,
  sender_type: text<SenderType>,
  sender_name: textOrNull,
  text: text,
  attachments: json<readonly Row[]>,
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
  reactions: json<readonly ReactionMark[]>,
  metadata: json<JsonObject | null>,
  created_at: time,
})

export function toMessage(found: Row): Message {
  const row = messageRow.of(found)
  return {
    id: text(row.id),
    accountId: text(row.account_id),
    conversationId: text(row.conversation_id),
    contactInboxId: text(row.contact_inbox_id),
    seq: integer(row.seq),
    messageId: textOrNull(row.message_id),
    localId: textOrNull(row.local_id),
    direction: text(row.direction),
    sender: { id: textOrNull(row.sender_id), type: text(row.sender_type), name: textOrNull(row.sender_name) },
    text: text(row.text),
    attachments: json(row.attachments).map(toAttachment),
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
    reactions: toReactions(json(row.reactions)),
    metadata: json(row.metadata),
    createdAt: time(row.created_at),
  }
}

const attachmentRow = columns({ type: text, url: textOrNull, name: textOrNull, payload: json<JsonObject | null> })

function toAttachment(found: Row): Attachment {
  const row = attachmentRow.of(found)
  return { type: text(row.type), url: textOrNull(row.url), name: textOrNull(row.name), payload: json(row.payload) }
}

type ReactionMark = readonly [senderId: string, emoji: string | null, occurredAt: number]

// A reaction that was removed is kept without its emoji, so that an older reaction that arrives late doesn't bring it
// back.
function toReactions(marks: readonly ReactionMark[]): readonly Reaction[] {
  return marks
    .flatMap(([senderId, emoji, occurredAt]) => (emoji === null ? [] : [{ senderId, emoji, occurredAt: new Date(occurredAt) }]))
    .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || compareBytes(a.senderId, b.senderId))
}
