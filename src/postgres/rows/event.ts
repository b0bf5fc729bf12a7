import type { ConversationEvent, Direction } from '../../model/records.js'
import { columns, type Row } from '../columns.js'
import { flagOrNull, integer, jsonObject, text, textOrNull, time } from '../readers.js'

export const eventRow = columns({
  id: text,
  account_id: text,
  conversation_id: text,
  contact_inbox_id: text,
  own_id: textOrNull,
  event_seq: integer,
  type: text,
  message_id: textOrNull,
  target_message_id: textOrNull,
  local_id: textOrNull,
  sender_id: textOrNull,
  direction: text<Direction>,
  payload: jsonObject,
  is_history: flagOrNull,
  occurred_at: time,
  created_at: time,
})

export function toEvent(found: Row): ConversationEvent {
  const row = eventRow.of(found)
  return {
    id: text(row.id),
    accountId: text(row.account_id),
    conversationId: text(row.conversation_id),
    contactInboxId: textOrNull(row.own_id) ?? text(row.contact_inbox_id),
    eventSeq: integer(row.event_seq),
    type: text(row.type),
    messageId: textOrNull(row.message_id),
    targetMessageId: textOrNull(row.target_message_id),
    localId: textOrNull(row.local_id),
    senderId: textOrNull(row.sender_id),
    direction: text(row.direction),
    payload: jsonObject(row.payload),
    history: flagOrNull(row.is_history) === true,
    occurredAt: time(row.occurred_at),
    createdAt: time(row.created_at),
  }
}
