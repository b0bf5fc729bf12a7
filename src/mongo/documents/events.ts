import type { EventRow } from '../../model/planning/rows.js'
import type { Doc } from '../driver.js'
import { readJson, storeJson } from '../json-field.js'
import { integer, present, text, textOrNull, time } from './fields.js'

export function eventDocument(row: EventRow): Doc {
  return {
    _id: row.id,
    accountId: row.accountId,
    contact_inbox_id: row.scopeId,
    ...present('own_id', row.contactInboxId === row.scopeId ? null : row.contactInboxId),
    ...present('conversation_id', row.conversationId),
    ...present('event_seq', row.eventSeq),
    ...present('waiting', row.conversationId === null ? true : null),
    type: row.type,
    ...present('message_id', row.messageId),
    ...present('target_message_id', row.targetMessageId),
    ...present('local_id', row.localId),
    ...present('sender_id', row.senderId),
    direction: row.direction,
    ...present('payload', storeJson(row.payload)),
    ...present('is_history', row.history || null),
    // An event with a message id is unique by that id, and then no query asks for its dedupe key.
    ...present('dedupe_key', row.messageId === null ? row.dedupeKey : null),
    operation_id: row.operationId,
    occurred_at: row.occurredAt,
    created_at: row.createdAt,
  }
}

export function eventRow(doc: Doc): EventRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    contactInboxId: textOrNull(doc.own_id) ?? text(doc.contact_inbox_id),
    scopeId: text(doc.contact_inbox_id),
    conversationId: textOrNull(doc.conversation_id),
    eventSeq: doc.event_seq === undefined || doc.event_seq === null ? null : integer(doc.event_seq),
    type: text(doc.type),
    messageId: textOrNull(doc.message_id),
    targetMessageId: textOrNull(doc.target_message_id),
    localId: textOrNull(doc.local_id),
    senderId: textOrNull(doc.sender_id),
    direction: text(doc.direction) as EventRow['direction'],
    payload: readJson(doc.payload),
    history: doc.is_history === true,
    dedupeKey: textOrNull(doc.dedupe_key) ?? '',
    operationId: text(doc.operation_id),
    occurredAt: time(doc.occurred_at),
    createdAt: time(doc.created_at),
  }
}
