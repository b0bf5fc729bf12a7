import type { ContactInboxRow, ConversationRow } from '../../model/planning/rows.js'
import { toPerson } from '../../model/planning/to-records.js'
import type { Conversation } from '../../model/records.js'
import type { Doc } from '../driver.js'
import { readJson, storeJson } from '../json-field.js'
import { integer, list, present, text, textOrNull, time, timeOrNull } from './fields.js'
import { type Group, groupDocument } from './groups.js'
import { mergedPart, partDocument } from './merges.js'
import { memoryFields, remembered } from './operations.js'

/**
 * Translates a row into a document, field by field. `_id` is the row's id. A field without a value is null, except for
 * the fields that a partial index goes by: those are left out, because the index holds a document only when the field
 * is there. Three such fields exist in documents and in no row, because other fields imply them: `active` (a
 * conversation that is not closed), `waiting` (an event without a conversation), and `awaits` (the receipts that an
 * outbound message may still get).
 */
export function conversationDocument(row: ConversationRow): Doc {
  return {
    _id: row.id,
    accountId: row.accountId,
    oa_id: row.oaId,
    customer_id: row.customerId,
    contact_inbox_id: row.contactInboxId,
    contact_id: row.contactId,
    channel: row.channel,
    status: row.status,
    ...present('active', row.status === 'closed' ? null : true),
    version: row.version,
    nickname: row.nickname,
    customer_name: row.customerName,
    customer_username: row.customerUsername,
    ...present('username_key', row.usernameKey),
    ...present('is_linked', row.isLinked ? true : null),
    ...present('chatbot_id', row.chatbotId),
    unread_count: row.unreadCount,
    last_seq: row.lastSeq,
    read_seq: row.readSeq,
    last_event_seq: row.lastEventSeq,
    ...present('merged_parts', row.parts.length === 0 ? null : row.parts.map(partDocument)),
    last_message_at: row.lastMessageAt,
    last_message_preview: row.lastMessagePreview,
    last_message_row_id: row.lastMessageRowId,
    last_inbound_at: row.lastInboundAt,
    ...present('waiting_since', row.waitingSince),
    ...present('last_answer_at', row.lastAnswerAt),
    last_activity_at: row.lastActivityAt,
    status_changed_at: row.statusChangedAt,
    window_expires_at: row.windowExpiresAt,
    snoozed_until: row.snoozedUntil,
    closed_at: row.closedAt,
    metadata: storeJson(row.metadata),
    ...memoryFields(row),
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  }
}

/** The document of a conversation that is opened in a group; null for a customer with one id. */
export function conversationInGroup(row: ConversationRow, group: Group | null): Doc {
  const document = conversationDocument(row)
  if (group !== null) document.group = groupDocument(group)
  return document
}

export function conversationRow(doc: Doc): ConversationRow {
  const { recipientId: _recipient, identities: _identities, ...fields } = conversationOf(doc, null)
  return Object.assign(fields, {
    isLinked: isLinked(doc),
    contactInboxId: text(doc.contact_inbox_id),
    usernameKey: textOrNull(doc.username_key),
    lastEventSeq: integer(doc.last_event_seq),
    lastAnswerAt: timeOrNull(doc.last_answer_at),
    parts: list(doc.merged_parts).map(mergedPart),
    lastMessageRowId: textOrNull(doc.last_message_row_id),
    ...remembered(doc),
  })
}

/** Whether the conversation's contact inbox tells whom to answer. */
export function isLinked(doc: Doc): boolean {
  return doc.is_linked === true
}

/**
 * Translates a document into the host's conversation. No copy is made, because nobody else holds the document. `head`
 * is its contact inbox, for a conversation that is linked.
 */
export function conversationOf(doc: Doc, head: ContactInboxRow | null): Conversation {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    oaId: text(doc.oa_id),
    customerId: text(doc.customer_id),
    ...toPerson(text(doc.customer_id), head?.identities ?? null),
    contactId: text(doc.contact_id),
    channel: text(doc.channel),
    status: text(doc.status) as Conversation['status'],
    version: integer(doc.version),
    nickname: textOrNull(doc.nickname),
    customerName: textOrNull(doc.customer_name),
    customerUsername: textOrNull(doc.customer_username),
    chatbotId: textOrNull(doc.chatbot_id),
    unreadCount: integer(doc.unread_count),
    lastSeq: integer(doc.last_seq),
    readSeq: integer(doc.read_seq),
    lastMessageAt: timeOrNull(doc.last_message_at),
    lastMessagePreview: textOrNull(doc.last_message_preview),
    lastInboundAt: timeOrNull(doc.last_inbound_at),
    waitingSince: timeOrNull(doc.waiting_since),
    lastActivityAt: time(doc.last_activity_at),
    statusChangedAt: time(doc.status_changed_at),
    windowExpiresAt: timeOrNull(doc.window_expires_at),
    snoozedUntil: timeOrNull(doc.snoozed_until),
    closedAt: timeOrNull(doc.closed_at),
    metadata: readJson(doc.metadata),
    createdAt: time(doc.created_at),
    updatedAt: time(doc.updated_at),
  }
}
