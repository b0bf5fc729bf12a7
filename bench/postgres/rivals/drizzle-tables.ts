import { bigint, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

// A column is made for each table, because Drizzle stores the table in the column.
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const owned = () => ({ accountId: text('account_id').notNull(), id: text('id').notNull() })

export const contacts = pgTable(
  'contacts',
  {
    ...owned(),
    name: text('name'),
    nameSource: text('name_source'),
    metadata: jsonb('metadata'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.id] })],
)

export const contactInboxes = pgTable(
  'contact_inboxes',
  {
    ...owned(),
    oaId: text('oa_id').notNull(),
    customerId: text('customer_id').notNull(),
    contactId: text('contact_id'),
    canonicalId: text('canonical_id'),
    channel: text('channel').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.id] })],
)

export const conversations = pgTable(
  'conversations',
  {
    ...owned(),
    oaId: text('oa_id').notNull(),
    customerId: text('customer_id').notNull(),
    contactInboxId: text('contact_inbox_id').notNull(),
    contactId: text('contact_id').notNull(),
    channel: text('channel').notNull(),
    status: text('status').notNull(),
    version: integer('version').notNull(),
    nickname: text('nickname'),
    customerName: text('customer_name'),
    customerUsername: text('customer_username'),
    chatbotId: text('chatbot_id'),
    unreadCount: integer('unread_count').notNull(),
    lastSeq: integer('last_seq').notNull(),
    readSeq: integer('read_seq').notNull(),
    lastEventSeq: integer('last_event_seq').notNull(),
    lastMessageAt: time('last_message_at'),
    lastMessagePreview: text('last_message_preview'),
    lastMessageRowId: text('last_message_row_id'),
    lastInboundAt: time('last_inbound_at'),
    lastActivityAt: time('last_activity_at').notNull(),
    statusChangedAt: time('status_changed_at').notNull(),
    windowExpiresAt: time('window_expires_at'),
    snoozedUntil: time('snoozed_until'),
    closedAt: time('closed_at'),
    metadata: jsonb('metadata'),
    operations: bigint('operations', { mode: 'bigint' }).array().notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.id] })],
)

export const messages = pgTable(
  'messages',
  {
    ...owned(),
    conversationId: text('conversation_id').notNull(),
    contactInboxId: text('contact_inbox_id').notNull(),
    seq: integer('seq').notNull(),
    messageId: text('message_id'),
    direction: text('direction').notNull(),
    senderId: text('sender_id'),
    senderType: text('sender_type').notNull(),
    text: text('text').notNull(),
    attachments: jsonb('attachments').notNull(),
    occurredAt: time('occurred_at').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.id] })],
)

export const contactInteractionEvents = pgTable(
  'contact_interaction_events',
  {
    ...owned(),
    contactInboxId: text('contact_inbox_id').notNull(),
    conversationId: text('conversation_id'),
    eventSeq: integer('event_seq'),
    type: text('type').notNull(),
    messageId: text('message_id'),
    senderId: text('sender_id'),
    direction: text('direction').notNull(),
    dedupeKey: text('dedupe_key').notNull(),
    operationId: text('operation_id').notNull(),
    occurredAt: time('occurred_at').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.id] })],
)
