import type { StoreIndex } from '../store-index.js'

const byActivity = { last_activity_at: -1, _id: -1 } as const
const sortedByActivity = 'sort({ last_activity_at: -1, _id: -1 })'

/**
 * The indexes of the conversations. `idx_conversations_user_phone` decides clause 1 of the contract: a customer has one
 * active conversation. `unread_count` is the last field of `idx_conversations_unread`, so that a count reads the index
 * alone, although the index holds only unread conversations: the server still compares the field of each.
 */
export const conversationIndexes: readonly StoreIndex[] = [
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
    collection: 'conversations',
    key: { accountId: 1, status: 1, ...byActivity, oa_id: 1, unread_count: 1 },
    options: { name: 'idx_conversations_unread', partialFilterExpression: { unread_count: { $gt: 0 } } },
    serves: `find({ accountId, status, unread_count: { $gt: 0 } }).${sortedByActivity}: the unread conversations, and their number`,
  },
]
