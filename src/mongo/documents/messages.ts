import { awaitedReceipts } from '../../model/planning/delivery-status.js'
import type { MessageRow, ReactionMark } from '../../model/planning/rows.js'
import { listedAt } from '../../model/planning/times.js'
import type { Attachment } from '../../model/records.js'
import type { Doc } from '../driver.js'
import { readJson, storeJson } from '../json-field.js'
import { integer, list, present, text, textOrNull, time, timeOrNull } from './fields.js'

/** Only fields with a value are stored, because the oplog and each replica carry the names of the fields as well. */
export function messageDocument(row: MessageRow): Doc {
  const awaits = awaitedReceipts(row)
  return {
    _id: row.id,
    accountId: row.accountId,
    conversation_id: row.conversationId,
    contact_inbox_id: row.scopeId,
    ...present('own_id', row.contactInboxId === row.scopeId ? null : row.contactInboxId),
    seq: row.seq,
    ...present('message_id', row.messageId),
    ...present('local_id', row.localId),
    direction: row.direction,
    ...present('sender_id', row.sender.id),
    sender_type: row.sender.type,
    ...present('sender_name', row.sender.name),
    text: row.text,
    attachments: row.attachments.map((each) => ({ type: each.type, url: each.url, name: each.name, payload: storeJson(each.payload) })),
    ...present('reply_to', row.replyTo),
    ...present('status', row.status),
    // Indexes hold only what is stored, so this is the time by which the message is listed.
    occurred_at: listedAt(row),
    ...present('given_at', listedAt(row).getTime() === row.occurredAt.getTime() ? null : row.occurredAt),
    ...present('sent_at', row.sentAt),
    ...present('delivered_at', row.deliveredAt),
    ...present('read_at', row.readAt),
    ...present('failed_at', row.failedAt),
    ...present('accepted_at', row.acceptedAt),
    ...present('is_marked', row.isMarked || null),
    ...present('is_bounced', row.isBounced || null),
    ...present('is_history', row.history || null),
    ...present('is_silent', row.isSilent || null),
    ...present('awaits', awaits.length === 0 ? null : awaits),
    ...present('error', row.error),
    ...present('edited_at', row.editedAt),
    edit_number: row.editNumber,
    ...present('double_in', row.doubleIn),
    ...present('deleted_at', row.deletedAt),
    reactions: row.reactionMarks.map((each) => ({ sender_id: each.senderId, emoji: each.emoji, occurred_at: each.occurredAt })),
    ...present('metadata', storeJson(row.metadata)),
    created_at: row.createdAt,
  }
}

export function messageRow(doc: Doc): MessageRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    conversationId: text(doc.conversation_id),
    contactInboxId: textOrNull(doc.own_id) ?? text(doc.contact_inbox_id),
    scopeId: text(doc.contact_inbox_id),
    seq: integer(doc.seq),
    messageId: textOrNull(doc.message_id),
    localId: textOrNull(doc.local_id),
    direction: text(doc.direction) as MessageRow['direction'],
    sender: {
      id: textOrNull(doc.sender_id),
      type: text(doc.sender_type) as MessageRow['sender']['type'],
      name: textOrNull(doc.sender_name),
    },
    text: text(doc.text),
    attachments: list(doc.attachments).map(attachment),
    replyTo: textOrNull(doc.reply_to),
    status: textOrNull(doc.status) as MessageRow['status'],
    occurredAt: timeOrNull(doc.given_at) ?? time(doc.occurred_at),
    sentAt: timeOrNull(doc.sent_at),
    deliveredAt: timeOrNull(doc.delivered_at),
    readAt: timeOrNull(doc.read_at),
    failedAt: timeOrNull(doc.failed_at),
    acceptedAt: timeOrNull(doc.accepted_at),
    isMarked: doc.is_marked === true,
    isBounced: doc.is_bounced === true,
    history: doc.is_history === true,
    isSilent: doc.is_silent === true,
    error: textOrNull(doc.error),
    editedAt: timeOrNull(doc.edited_at),
    editNumber: integer(doc.edit_number),
    doubleIn: textOrNull(doc.double_in),
    deletedAt: timeOrNull(doc.deleted_at),
    reactionMarks: list(doc.reactions).map(reactionMark),
    metadata: readJson(doc.metadata),
    createdAt: time(doc.created_at),
  }
}

function attachment(doc: Doc): Attachment {
  return { type: text(doc.type), url: textOrNull(doc.url), name: textOrNull(doc.name), payload: readJson(doc.payload) }
}

function reactionMark(doc: Doc): ReactionMark {
  return { senderId: text(doc.sender_id), emoji: textOrNull(doc.emoji), occurredAt: time(doc.occurred_at) }
}
