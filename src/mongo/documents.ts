import { awaitedReceipts } from '../model/planning/delivery-status.js'
import type {
  ContactInboxRow,
  ContactRow,
  ConversationRow,
  EventRow,
  InboxRow,
  MessageRow,
  OperationMark,
  ReactionMark,
  Watermark,
} from '../model/planning/rows.js'
import type { Attachment, Channel, InboxOwner } from '../model/records.js'
import type { Doc } from './driver.js'
import { readJson, storeJson } from './json-field.js'

/**
 * Documents and rows, field by field. `_id` is the row's id. A field without a value is null, but for those that a partial index goes
 * by: the index holds a document when the field is there. So are `active` (a conversation that is not closed), `waiting` (an event), and `awaits` (the
 * receipts that an outbound message may still get), which no row has: the others tell them.
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
    ...present('chatbot_id', row.chatbotId),
    unread_count: row.unreadCount,
    last_seq: row.lastSeq,
    read_seq: row.readSeq,
    last_event_seq: row.lastEventSeq,
    last_message_at: row.lastMessageAt,
    last_message_preview: row.lastMessagePreview,
    last_message_row_id: row.lastMessageRowId,
    last_inbound_at: row.lastInboundAt,
    last_activity_at: row.lastActivityAt,
    status_changed_at: row.statusChangedAt,
    window_expires_at: row.windowExpiresAt,
    snoozed_until: row.snoozedUntil,
    closed_at: row.closedAt,
    metadata: storeJson(row.metadata),
    operations: row.operations.map(operationDocument),
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  }
}

export function conversationRow(doc: Doc): ConversationRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    oaId: text(doc.oa_id),
    customerId: text(doc.customer_id),
    contactInboxId: text(doc.contact_inbox_id),
    contactId: text(doc.contact_id),
    channel: text(doc.channel),
    status: text(doc.status) as ConversationRow['status'],
    version: integer(doc.version),
    nickname: textOrNull(doc.nickname),
    customerName: textOrNull(doc.customer_name),
    customerUsername: textOrNull(doc.customer_username),
    usernameKey: textOrNull(doc.username_key),
    chatbotId: textOrNull(doc.chatbot_id),
    unreadCount: integer(doc.unread_count),
    lastSeq: integer(doc.last_seq),
    readSeq: integer(doc.read_seq),
    lastEventSeq: integer(doc.last_event_seq),
    lastMessageAt: timeOrNull(doc.last_message_at),
    lastMessagePreview: textOrNull(doc.last_message_preview),
    lastMessageRowId: textOrNull(doc.last_message_row_id),
    lastInboundAt: timeOrNull(doc.last_inbound_at),
    lastActivityAt: time(doc.last_activity_at),
    statusChangedAt: time(doc.status_changed_at),
    windowExpiresAt: timeOrNull(doc.window_expires_at),
    snoozedUntil: timeOrNull(doc.snoozed_until),
    closedAt: timeOrNull(doc.closed_at),
    metadata: readJson(doc.metadata),
    operations: operationMarks(doc.operations),
    createdAt: time(doc.created_at),
    updatedAt: time(doc.updated_at),
  }
}

export function contactInboxDocument(row: ContactInboxRow): Doc {
  return {
    _id: row.id,
    accountId: row.accountId,
    oa_id: row.oaId,
    customer_id: row.customerId,
    contact_id: row.contactId,
    ...present('canonical_id', row.canonicalId),
    channel: row.channel,
    delivered_up_to: row.deliveredWatermark?.upTo ?? null,
    delivered_up_to_at: row.deliveredWatermark?.at ?? null,
    read_up_to: row.readWatermark?.upTo ?? null,
    read_up_to_at: row.readWatermark?.at ?? null,
    created_at: row.createdAt,
  }
}

export function contactInboxRow(doc: Doc): ContactInboxRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    oaId: text(doc.oa_id),
    customerId: text(doc.customer_id),
    contactId: textOrNull(doc.contact_id),
    canonicalId: textOrNull(doc.canonical_id),
    channel: text(doc.channel),
    deliveredWatermark: watermark(doc.delivered_up_to, doc.delivered_up_to_at),
    readWatermark: watermark(doc.read_up_to, doc.read_up_to_at),
    createdAt: time(doc.created_at),
  }
}

export function messageDocument(row: MessageRow): Doc {
  const awaits = awaitedReceipts(row)
  return {
    _id: row.id,
    accountId: row.accountId,
    conversation_id: row.conversationId,
    contact_inbox_id: row.contactInboxId,
    seq: row.seq,
    ...present('message_id', row.messageId),
    ...present('local_id', row.localId),
    direction: row.direction,
    sender_id: row.sender.id,
    sender_type: row.sender.type,
    sender_name: row.sender.name,
    text: row.text,
    attachments: row.attachments.map((each) => ({ type: each.type, url: each.url, name: each.name, payload: storeJson(each.payload) })),
    reply_to: row.replyTo,
    status: row.status,
    occurred_at: row.occurredAt,
    sent_at: row.sentAt,
    delivered_at: row.deliveredAt,
    read_at: row.readAt,
    failed_at: row.failedAt,
    ...present('awaits', awaits.length === 0 ? null : awaits),
    error: row.error,
    edited_at: row.editedAt,
    edit_number: row.editNumber,
    deleted_at: row.deletedAt,
    reactions: row.reactionMarks.map((each) => ({ sender_id: each.senderId, emoji: each.emoji, occurred_at: each.occurredAt })),
    metadata: storeJson(row.metadata),
    created_at: row.createdAt,
  }
}

export function messageRow(doc: Doc): MessageRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    conversationId: text(doc.conversation_id),
    contactInboxId: text(doc.contact_inbox_id),
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
    occurredAt: time(doc.occurred_at),
    sentAt: timeOrNull(doc.sent_at),
    deliveredAt: timeOrNull(doc.delivered_at),
    readAt: timeOrNull(doc.read_at),
    failedAt: timeOrNull(doc.failed_at),
    error: textOrNull(doc.error),
    editedAt: timeOrNull(doc.edited_at),
    editNumber: integer(doc.edit_number),
    deletedAt: timeOrNull(doc.deleted_at),
    reactionMarks: list(doc.reactions).map(reactionMark),
    metadata: readJson(doc.metadata),
    createdAt: time(doc.created_at),
  }
}

export function eventDocument(row: EventRow): Doc {
  return {
    _id: row.id,
    accountId: row.accountId,
    contact_inbox_id: row.contactInboxId,
    ...present('conversation_id', row.conversationId),
    ...present('event_seq', row.eventSeq),
    ...present('waiting', row.conversationId === null ? true : null),
    type: row.type,
    ...present('message_id', row.messageId),
    target_message_id: row.targetMessageId,
    local_id: row.localId,
    sender_id: row.senderId,
    direction: row.direction,
    payload: storeJson(row.payload),
    // Where there is a message id, that is what makes the event unique, and the key is nobody's question.
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
    contactInboxId: text(doc.contact_inbox_id),
    conversationId: textOrNull(doc.conversation_id),
    eventSeq: doc.event_seq === undefined || doc.event_seq === null ? null : integer(doc.event_seq),
    type: text(doc.type),
    messageId: textOrNull(doc.message_id),
    targetMessageId: textOrNull(doc.target_message_id),
    localId: textOrNull(doc.local_id),
    senderId: textOrNull(doc.sender_id),
    direction: text(doc.direction) as EventRow['direction'],
    payload: readJson(doc.payload),
    dedupeKey: textOrNull(doc.dedupe_key) ?? '',
    operationId: text(doc.operation_id),
    occurredAt: time(doc.occurred_at),
    createdAt: time(doc.created_at),
  }
}

export function contactDocument(row: ContactRow): Doc {
  return {
    _id: row.id,
    accountId: row.accountId,
    name: row.name,
    name_source: row.nameSource,
    metadata: storeJson(row.metadata),
    operations: row.operations.map(operationDocument),
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  }
}

export function contactRow(doc: Doc): ContactRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    name: textOrNull(doc.name),
    nameSource: textOrNull(doc.name_source) as ContactRow['nameSource'],
    metadata: readJson(doc.metadata),
    operations: operationMarks(doc.operations),
    createdAt: time(doc.created_at),
    updatedAt: time(doc.updated_at),
  }
}

export function inboxDocument(row: InboxRow): Doc {
  return {
    _id: row.id,
    accountId: row.accountId,
    oa_id: row.oaId,
    channel: row.channel,
    provider: row.provider,
    name: row.name,
    chatbot_id: row.chatbotId,
    on_closed: row.onClosed,
    metadata: storeJson(row.metadata),
    status: row.status,
    operations: row.operations.map(operationDocument),
    connected_at: row.connectedAt,
    disconnected_at: row.disconnectedAt,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  }
}

export function inboxRow(doc: Doc): InboxRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    oaId: text(doc.oa_id),
    channel: text(doc.channel),
    provider: textOrNull(doc.provider),
    name: textOrNull(doc.name),
    chatbotId: textOrNull(doc.chatbot_id),
    onClosed: (doc.on_closed ?? null) as InboxRow['onClosed'],
    metadata: readJson(doc.metadata),
    status: text(doc.status) as InboxRow['status'],
    operations: operationMarks(doc.operations),
    connectedAt: time(doc.connected_at),
    disconnectedAt: timeOrNull(doc.disconnected_at),
    createdAt: time(doc.created_at),
    updatedAt: time(doc.updated_at),
  }
}

/** The key of an owner: one document for a channel identity, whichever account has it. */
export function ownerKey({ channel, oaId }: { readonly channel: Channel; readonly oaId: string }): Doc {
  return { channel, oa_id: oaId }
}

export function inboxOwner(doc: Doc): InboxOwner {
  const key = doc._id as Doc
  return { accountId: text(doc.accountId), inboxId: text(doc.inbox_id), channel: text(key.channel), oaId: text(key.oa_id) }
}

function operationMarks(value: unknown): readonly OperationMark[] {
  return list(value).map((each) => ({ id: text(each.id), outcome: text(each.outcome) as OperationMark['outcome'], at: time(each.at) }))
}

function operationDocument({ id, outcome, at }: OperationMark): Doc {
  return { id, outcome, at }
}

function present(field: string, value: unknown): Doc {
  return value === null ? {} : { [field]: value }
}

function attachment(doc: Doc): Attachment {
  return { type: text(doc.type), url: textOrNull(doc.url), name: textOrNull(doc.name), payload: readJson(doc.payload) }
}

function reactionMark(doc: Doc): ReactionMark {
  return { senderId: text(doc.sender_id), emoji: textOrNull(doc.emoji), occurredAt: time(doc.occurred_at) }
}

function watermark(upTo: unknown, at: unknown): Watermark | null {
  return upTo instanceof Date && at instanceof Date ? { upTo, at } : null
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a field that always has a text came back without one')
  return value
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : text(value)
}

function integer(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('a field that always has a number came back without one')
  return value
}

function time(value: unknown): Date {
  if (!(value instanceof Date)) throw new TypeError('a field that always has a time came back without one')
  return value
}

function timeOrNull(value: unknown): Date | null {
  return value === null || value === undefined ? null : time(value)
}

function list(value: unknown): readonly Doc[] {
  return Array.isArray(value) ? value : []
}
