import type { CollectionStep } from '../collection-step.js'

/** The collections of version 0.1.0, each with its indexes. What each index is for is told in indexes.ts. */
export const collections: readonly CollectionStep[] = [
  {
    collectionName: 'inboxes',
    version: '001',
    name: '001-create-inboxes-collection',
    description: "The store's inboxes, with the indexes that its queries and its guards need.",
    indexes: [{ key: { accountId: 1, oa_id: 1 }, options: { name: 'idx_inboxes_oa', unique: true } }],
  },
  {
    collectionName: 'inbox_owners',
    version: '001',
    name: '001-create-inbox-owners-collection',
    description: "The store's inbox owners, with the indexes that its queries and its guards need.",
    indexes: [],
  },
  {
    collectionName: 'contacts',
    version: '001',
    name: '001-create-contacts-collection',
    description: "The store's contacts, with the indexes that its queries and its guards need.",
    indexes: [
      {
        key: { accountId: 1, merged_into: 1 },
        options: { name: 'idx_contacts_merged_into', partialFilterExpression: { merged_into: { $exists: true } } },
      },
    ],
  },
  {
    collectionName: 'contact_inboxes',
    version: '001',
    name: '001-create-contact-inboxes-collection',
    description: "The store's contact inboxes, with the indexes that its queries and its guards need.",
    indexes: [
      { key: { accountId: 1, oa_id: 1, customer_id: 1 }, options: { name: 'idx_contact_inboxes_customer', unique: true } },
      { key: { accountId: 1, customer_id: 1 }, options: { name: 'idx_contact_inboxes_customer_id' } },
      {
        key: { accountId: 1, canonical_id: 1 },
        options: { name: 'idx_contact_inboxes_canonical', partialFilterExpression: { canonical_id: { $exists: true } } },
      },
    ],
  },
  {
    collectionName: 'conversations',
    version: '001',
    name: '001-create-conversations-collection',
    description: "The store's conversations, with the indexes that its queries and its guards need.",
    indexes: [
      {
        key: { accountId: 1, oa_id: 1, customer_id: 1 },
        options: { name: 'idx_conversations_user_phone', unique: true, partialFilterExpression: { active: true } },
      },
      {
        key: { accountId: 1, oa_id: 1, username_key: 1 },
        options: {
          name: 'idx_conversations_username',
          unique: true,
          partialFilterExpression: { active: true, username_key: { $exists: true } },
        },
      },
      { key: { accountId: 1, contact_inbox_id: 1, created_at: -1, _id: -1 }, options: { name: 'idx_conversations_contact_inbox' } },
      { key: { accountId: 1, last_activity_at: -1, _id: -1 }, options: { name: 'idx_conversations_last_activity' } },
      { key: { accountId: 1, status: 1, last_activity_at: -1, _id: -1 }, options: { name: 'idx_conversations_status_activity' } },
      { key: { accountId: 1, oa_id: 1, last_activity_at: -1, _id: -1 }, options: { name: 'idx_conversations_inbox_activity' } },
      {
        key: { accountId: 1, chatbot_id: 1, last_activity_at: -1, _id: -1 },
        options: { name: 'idx_conversations_chatbot_activity', partialFilterExpression: { chatbot_id: { $exists: true } } },
      },
      { key: { accountId: 1, contact_id: 1, last_activity_at: -1, _id: -1 }, options: { name: 'idx_conversations_contact_activity' } },
      {
        key: { accountId: 1, snoozed_until: 1, _id: 1 },
        options: { name: 'idx_conversations_snoozed', partialFilterExpression: { status: 'snoozed' } },
      },
      {
        key: { accountId: 1, status: 1, last_activity_at: -1, _id: -1, oa_id: 1, unread_count: 1 },
        options: { name: 'idx_conversations_unread', partialFilterExpression: { unread_count: { $gt: 0 } } },
      },
    ],
  },
  {
    collectionName: 'messages',
    version: '001',
    name: '001-create-messages-collection',
    description: "The store's messages, with the indexes that its queries and its guards need.",
    indexes: [
      { key: { accountId: 1, conversation_id: 1, seq: 1 }, options: { name: 'idx_messages_seq', unique: true } },
      {
        key: { accountId: 1, contact_inbox_id: 1, message_id: 1 },
        options: { name: 'idx_messages_message_id', unique: true, partialFilterExpression: { message_id: { $exists: true } } },
      },
      {
        key: { accountId: 1, contact_inbox_id: 1, local_id: 1 },
        options: { name: 'idx_messages_local_id', unique: true, partialFilterExpression: { local_id: { $exists: true } } },
      },
      {
        key: { accountId: 1, contact_inbox_id: 1, awaits: 1, sent_at: 1 },
        options: { name: 'idx_messages_unread_by_customer', partialFilterExpression: { awaits: { $exists: true } } },
      },
      {
        key: { accountId: 1, message_id: 1 },
        options: { name: 'idx_messages_outbound', partialFilterExpression: { direction: 'outbound', message_id: { $exists: true } } },
      },
      { key: { accountId: 1, conversation_id: 1, occurred_at: 1, seq: 1 }, options: { name: 'idx_messages_time' } },
    ],
  },
  {
    collectionName: 'contact_interaction_events',
    version: '001',
    name: '001-create-contact-interaction-events-collection',
    description: "The store's contact interaction events, with the indexes that its queries and its guards need.",
    indexes: [
      {
        key: { accountId: 1, contact_inbox_id: 1, message_id: 1 },
        options: { name: 'idx_unique_event_by_message', unique: true, partialFilterExpression: { message_id: { $exists: true } } },
      },
      {
        key: { accountId: 1, contact_inbox_id: 1, dedupe_key: 1 },
        options: { name: 'idx_unique_event_by_timestamp', unique: true, partialFilterExpression: { dedupe_key: { $exists: true } } },
      },
      {
        key: { accountId: 1, conversation_id: 1, event_seq: 1 },
        options: { name: 'idx_events_seq', unique: true, partialFilterExpression: { conversation_id: { $exists: true } } },
      },
      {
        key: { accountId: 1, contact_inbox_id: 1, created_at: 1, _id: 1 },
        options: { name: 'idx_events_waiting_order', partialFilterExpression: { waiting: true, created_at: { $exists: true } } },
      },
      {
        key: { accountId: 1, contact_inbox_id: 1, target_message_id: 1, local_id: 1 },
        options: { name: 'idx_events_waiting_target', partialFilterExpression: { waiting: true } },
      },
      {
        key: { accountId: 1, contact_inbox_id: 1, local_id: 1 },
        options: { name: 'idx_events_waiting_local', partialFilterExpression: { waiting: true, local_id: { $exists: true } } },
      },
      {
        key: { accountId: 1, created_at: 1, _id: 1 },
        options: { name: 'idx_events_waiting_age', partialFilterExpression: { waiting: true, created_at: { $exists: true } } },
      },
    ],
  },
  {
    collectionName: 'conversation_merges',
    version: '001',
    name: '001-create-conversation-merges-collection',
    description: 'Which conversations were merged into others, and what undoing that needs.',
    indexes: [
      {
        key: { accountId: 1, lost_id: 1 },
        options: { name: 'idx_conversation_merges_lost', unique: true, partialFilterExpression: { standing: true } },
      },
      { key: { accountId: 1, kept_id: 1 }, options: { name: 'idx_conversation_merges_kept', partialFilterExpression: { standing: true } } },
    ],
  },
  {
    collectionName: 'contact_merges',
    version: '001',
    name: '001-create-contact-merges-collection',
    description: 'Which contacts were merged into others, and what undoing that needs.',
    indexes: [
      {
        key: { accountId: 1, lost_id: 1 },
        options: { name: 'idx_contact_merges_lost', unique: true, partialFilterExpression: { standing: true } },
      },
      {
        key: { accountId: 1, kept_id: 1, place: 1 },
        options: { name: 'idx_contact_merges_kept', partialFilterExpression: { standing: true } },
      },
    ],
  },
]
