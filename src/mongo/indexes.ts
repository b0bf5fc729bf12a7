import type { CollectionName } from './collections.js'
import type { Doc } from './driver.js'

export interface IndexDefinition {
  readonly collection: CollectionName
  readonly name: string
  readonly key: Readonly<Record<string, 1 | -1>>
  readonly unique?: true
  readonly partialFilterExpression?: Doc
}

const listed = { last_activity_at: -1, _id: -1 } as const

/**
 * The names are those of the PostgreSQL adapter. Every index leads with the account, so that the collections shard by it. A condition is
 * the presence of a field (documents.ts leaves such a field out where it has no value): a partial index can ask for nothing like
 * "is not null", and is used only by a query that implies its condition.
 */
export const indexes: readonly IndexDefinition[] = [
  { collection: 'inboxes', name: 'idx_inboxes_oa', key: { accountId: 1, oa_id: 1 }, unique: true },

  { collection: 'contact_inboxes', name: 'idx_contact_inboxes_customer', key: { accountId: 1, oa_id: 1, customer_id: 1 }, unique: true },
  { collection: 'contact_inboxes', name: 'idx_contact_inboxes_customer_id', key: { accountId: 1, customer_id: 1 } },
  {
    collection: 'contact_inboxes',
    name: 'idx_contact_inboxes_canonical',
    key: { accountId: 1, canonical_id: 1 },
    partialFilterExpression: { canonical_id: { $exists: true } },
  },

  // Contract, clause 1: this index decides that a customer has one active conversation.
  {
    collection: 'conversations',
    name: 'idx_conversations_user_phone',
    key: { accountId: 1, oa_id: 1, customer_id: 1 },
    unique: true,
    partialFilterExpression: { active: true },
  },
  {
    collection: 'conversations',
    name: 'idx_conversations_username',
    key: { accountId: 1, oa_id: 1, username_key: 1 },
    unique: true,
    partialFilterExpression: { active: true, username_key: { $exists: true } },
  },
  {
    collection: 'conversations',
    name: 'idx_conversations_contact_inbox',
    key: { accountId: 1, contact_inbox_id: 1, created_at: -1, _id: -1 },
  },
  { collection: 'conversations', name: 'idx_conversations_last_activity', key: { accountId: 1, ...listed } },
  { collection: 'conversations', name: 'idx_conversations_status_activity', key: { accountId: 1, status: 1, ...listed } },
  { collection: 'conversations', name: 'idx_conversations_inbox_activity', key: { accountId: 1, oa_id: 1, ...listed } },
  {
    collection: 'conversations',
    name: 'idx_conversations_chatbot_activity',
    key: { accountId: 1, chatbot_id: 1, ...listed },
    partialFilterExpression: { chatbot_id: { $exists: true } },
  },
  { collection: 'conversations', name: 'idx_conversations_contact_activity', key: { accountId: 1, contact_id: 1, ...listed } },
  {
    collection: 'conversations',
    name: 'idx_conversations_snoozed',
    key: { accountId: 1, snoozed_until: 1, _id: 1 },
    partialFilterExpression: { status: 'snoozed' },
  },

  { collection: 'messages', name: 'idx_messages_seq', key: { accountId: 1, conversation_id: 1, seq: 1 }, unique: true },
  {
    collection: 'messages',
    name: 'idx_messages_message_id',
    key: { accountId: 1, contact_inbox_id: 1, message_id: 1 },
    unique: true,
    partialFilterExpression: { message_id: { $exists: true } },
  },
  {
    collection: 'messages',
    name: 'idx_messages_local_id',
    key: { accountId: 1, contact_inbox_id: 1, local_id: 1 },
    unique: true,
    partialFilterExpression: { local_id: { $exists: true } },
  },
  // What a watermark has to touch.
  {
    collection: 'messages',
    name: 'idx_messages_unread_by_customer',
    key: { accountId: 1, contact_inbox_id: 1, awaits: 1, sent_at: 1 },
    partialFilterExpression: { awaits: { $exists: true } },
  },

  {
    collection: 'contact_interaction_events',
    name: 'idx_unique_event_by_message',
    key: { accountId: 1, contact_inbox_id: 1, message_id: 1 },
    unique: true,
    partialFilterExpression: { message_id: { $exists: true } },
  },
  {
    collection: 'contact_interaction_events',
    name: 'idx_unique_event_by_timestamp',
    key: { accountId: 1, contact_inbox_id: 1, dedupe_key: 1 },
    unique: true,
    partialFilterExpression: { dedupe_key: { $exists: true } },
  },
  {
    collection: 'contact_interaction_events',
    name: 'idx_events_seq',
    key: { accountId: 1, conversation_id: 1, event_seq: 1 },
    unique: true,
    partialFilterExpression: { conversation_id: { $exists: true } },
  },
  {
    collection: 'contact_interaction_events',
    name: 'idx_events_waiting',
    key: { accountId: 1, contact_inbox_id: 1 },
    partialFilterExpression: { waiting: true },
  },
]
