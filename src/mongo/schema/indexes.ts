import { contactMergeIndexes, mergedContactIndexes } from './contact-merge-indexes.js'
import { mergeIndexes } from './merge-indexes.js'
import { receiptIndexes } from './receipt-indexes.js'
import type { StoreIndex } from './store-index.js'
import { timeIndexes } from './time-indexes.js'
import { waitingIndexes } from './waiting-indexes.js'

const byActivity = { last_activity_at: -1, _id: -1 } as const
const sortedByActivity = 'sort({ last_activity_at: -1, _id: -1 })'

/**
 * The indexes of version 001, which never change: a later version adds one. Each is declared only here, under the name
 * that it has on PostgreSQL too. Every index starts with the account, so that the collections can be sharded by it. A
 * condition is the presence of a field (documents/ leaves such a field out when it has no value) or a comparison: a
 * partial index cannot ask for "is not null", and the server uses it only for a query that implies its condition.
 */
export const firstIndexes: readonly StoreIndex[] = [
  {
    collection: 'inboxes',
    key: { accountId: 1, oa_id: 1 },
    options: { name: 'idx_inboxes_oa', unique: true },
    serves: 'find({ accountId, oa_id }): the inbox of an event, and the inboxes of an account; decides that an account has an inbox once',
  },
  {
    collection: 'contact_inboxes',
    key: { accountId: 1, oa_id: 1, customer_id: 1 },
    options: { name: 'idx_contact_inboxes_customer', unique: true },
    serves: 'find({ accountId, oa_id, customer_id: { $in } }): the customers that a write names; decides that each is there once',
  },
  {
    collection: 'contact_inboxes',
    key: { accountId: 1, customer_id: 1 },
    options: { name: 'idx_contact_inboxes_customer_id' },
    serves: 'find({ accountId, customer_id }): a customer in whichever inbox, as lists of conversations ask',
  },
  {
    collection: 'contact_inboxes',
    key: { accountId: 1, canonical_id: 1 },
    options: { name: 'idx_contact_inboxes_canonical', partialFilterExpression: { canonical_id: { $exists: true } } },
    serves: 'find({ accountId, canonical_id }): the aliases of a customer',
  },

  // Clause 1 of the contract: this index decides that a customer has one active conversation.
  {
    collection: 'conversations',
    key: { accountId: 1, oa_id: 1, customer_id: 1 },
    options: { name: 'idx_conversations_user_phone', unique: true, partialFilterExpression: { active: true } },
    serves: 'find({ accountId, oa_id, customer_id, active: true }): the active conversation of a customer; decides that it is the only one',
  },
  {
    collection: 'conversations',
    key: { accountId: 1, oa_id: 1, username_key: 1 },
    options: {
      name: 'idx_conversations_username',
      unique: true,
      partialFilterExpression: { active: true, username_key: { $exists: true } },
    },
    serves: 'find({ accountId, oa_id, username_key, active: true }): whose username it is; decides that it is one customer',
  },
  {
    collection: 'conversations',
    key: { accountId: 1, contact_inbox_id: 1, created_at: -1, _id: -1 },
    options: { name: 'idx_conversations_contact_inbox' },
    serves:
      'find({ accountId, contact_inbox_id }).sort({ created_at: -1, _id: -1 }): the latest conversation of a customer, closed ones too',
  },
  {
    collection: 'conversations',
    key: { accountId: 1, ...byActivity },
    options: { name: 'idx_conversations_last_activity' },
    serves: `find({ accountId }).${sortedByActivity}: all conversations`,
  },
  {
    collection: 'conversations',
    key: { accountId: 1, status: 1, ...byActivity },
    options: { name: 'idx_conversations_status_activity' },
    serves: `find({ accountId, status }).${sortedByActivity}: the open, snoozed or closed ones`,
  },
  {
    collection: 'conversations',
    key: { accountId: 1, oa_id: 1, ...byActivity },
    options: { name: 'idx_conversations_inbox_activity' },
    serves: `find({ accountId, oa_id }).${sortedByActivity}: the conversations of an inbox`,
  },
  {
    collection: 'conversations',
    key: { accountId: 1, chatbot_id: 1, ...byActivity },
    options: { name: 'idx_conversations_chatbot_activity', partialFilterExpression: { chatbot_id: { $exists: true } } },
    serves: `find({ accountId, chatbot_id }).${sortedByActivity}: the conversations of a chatbot`,
  },
  {
    collection: 'conversations',
    key: { accountId: 1, contact_id: 1, ...byActivity },
    options: { name: 'idx_conversations_contact_activity' },
    serves: `find({ accountId, contact_id }).${sortedByActivity}: the conversations of a person`,
  },
  {
    collection: 'conversations',
    key: { accountId: 1, snoozed_until: 1, _id: 1 },
    options: { name: 'idx_conversations_snoozed', partialFilterExpression: { status: 'snoozed' } },
    serves:
      "find({ accountId, status: 'snoozed', snoozed_until: { $lte } }).sort({ snoozed_until: 1, _id: 1 }): the snoozed ones that are due",
  },

  {
    collection: 'messages',
    key: { accountId: 1, conversation_id: 1, seq: 1 },
    options: { name: 'idx_messages_seq', unique: true },
    serves:
      'find({ accountId, conversation_id }).sort({ seq }): the messages of a conversation, either way; decides that a place is taken once',
  },
  {
    collection: 'messages',
    key: { accountId: 1, contact_inbox_id: 1, message_id: 1 },
    options: { name: 'idx_messages_message_id', unique: true, partialFilterExpression: { message_id: { $exists: true } } },
    serves:
      'find({ accountId, contact_inbox_id, message_id: { $in } }): messages by the ids of their channel; decides that each is stored once',
  },
  {
    collection: 'messages',
    key: { accountId: 1, contact_inbox_id: 1, local_id: 1 },
    options: { name: 'idx_messages_local_id', unique: true, partialFilterExpression: { local_id: { $exists: true } } },
    serves: "find({ accountId, contact_inbox_id, local_id: { $in } }): replies by the host's ids; decides that each is stored once",
  },
  // This index finds the messages that a watermark receipt has to change.
  {
    collection: 'messages',
    key: { accountId: 1, contact_inbox_id: 1, awaits: 1, sent_at: 1 },
    options: { name: 'idx_messages_unread_by_customer', partialFilterExpression: { awaits: { $exists: true } } },
    serves: 'find({ accountId, contact_inbox_id, awaits, sent_at: { $lte } }): what a receipt with a watermark tells of',
  },

  {
    collection: 'contact_interaction_events',
    key: { accountId: 1, contact_inbox_id: 1, message_id: 1 },
    options: { name: 'idx_unique_event_by_message', unique: true, partialFilterExpression: { message_id: { $exists: true } } },
    serves: 'find({ accountId, contact_inbox_id, message_id: { $in } }): whether a message came before; decides that it is stored once',
  },
  {
    collection: 'contact_interaction_events',
    key: { accountId: 1, contact_inbox_id: 1, dedupe_key: 1 },
    options: { name: 'idx_unique_event_by_timestamp', unique: true, partialFilterExpression: { dedupe_key: { $exists: true } } },
    serves: 'find({ accountId, contact_inbox_id, dedupe_key: { $in } }): whether any other event did',
  },
  {
    collection: 'contact_interaction_events',
    key: { accountId: 1, conversation_id: 1, event_seq: 1 },
    options: { name: 'idx_events_seq', unique: true, partialFilterExpression: { conversation_id: { $exists: true } } },
    serves: 'find({ accountId, conversation_id, event_seq: { $gt } }).sort({ event_seq: 1 }): the events of a conversation, as they came',
  },
  {
    collection: 'contact_interaction_events',
    key: { accountId: 1, contact_inbox_id: 1 },
    options: { name: 'idx_events_waiting', partialFilterExpression: { waiting: true } },
    serves: 'find({ accountId, contact_inbox_id, waiting: true }).limit(1): whether anything waits under a customer',
  },
]

/**
 * The index of version 002. `unread_count` is its last field, so that a count reads the index alone, although the index
 * holds only unread conversations: the server still compares the field of each.
 */
export const unreadIndexes: readonly StoreIndex[] = [
  {
    collection: 'conversations',
    key: { accountId: 1, status: 1, ...byActivity, oa_id: 1, unread_count: 1 },
    options: { name: 'idx_conversations_unread', partialFilterExpression: { unread_count: { $gt: 0 } } },
    serves: `find({ accountId, status, unread_count: { $gt: 0 } }).${sortedByActivity}: the unread conversations, and their number`,
  },
]

/** The indexes that the store's queries and guards need today. */
export const storeIndexes: readonly StoreIndex[] = [
  ...firstIndexes,
  ...unreadIndexes,
  ...waitingIndexes,
  ...receiptIndexes,
  ...timeIndexes,
  ...mergeIndexes,
  ...contactMergeIndexes,
  ...mergedContactIndexes,
]
