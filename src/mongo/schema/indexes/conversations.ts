import type { StoreIndex } from './store-index.js'

const collection = 'conversations'
const listed = { last_activity_at: -1, _id: -1 } as const
const byActivity = 'sort({ last_activity_at: -1, _id: -1 })'

const storeConversationIndexes: readonly StoreIndex[] = [
  // Contract, clause 1: this index decides that a customer has one active conversation.
  {
    collection,
    key: { accountId: 1, oa_id: 1, customer_id: 1 },
    options: { name: 'idx_conversations_user_phone', unique: true, partialFilterExpression: { active: true } },
    serves: 'find({ accountId, oa_id, customer_id, active: true }): the active conversation of a customer; decides that it is the only one',
  },
  {
    collection,
    key: { accountId: 1, oa_id: 1, username_key: 1 },
    options: {
      name: 'idx_conversations_username',
      unique: true,
      partialFilterExpression: { active: true, username_key: { $exists: true } },
    },
    serves: 'find({ accountId, oa_id, username_key, active: true }): whose username it is; decides that it is one customer',
  },
  {
    collection,
    key: { accountId: 1, contact_inbox_id: 1, created_at: -1, _id: -1 },
    options: { name: 'idx_conversations_contact_inbox' },
    serves:
      'find({ accountId, contact_inbox_id }).sort({ created_at: -1, _id: -1 }): the latest conversation of a customer, closed ones too',
  },
  {
    collection,
    key: { accountId: 1, ...listed },
    options: { name: 'idx_conversations_last_activity' },
    serves: `find({ accountId }).${byActivity}: all conversations`,
  },
  {
    collection,
    key: { accountId: 1, status: 1, ...listed },
    options: { name: 'idx_conversations_status_activity' },
    serves: `find({ accountId, status }).${byActivity}: the open, snoozed or closed ones`,
  },
  {
    collection,
    key: { accountId: 1, oa_id: 1, ...listed },
    options: { name: 'idx_conversations_inbox_activity' },
    serves: `find({ accountId, oa_id }).${byActivity}: the conversations of an inbox`,
  },
  {
    collection,
    key: { accountId: 1, chatbot_id: 1, ...listed },
    options: { name: 'idx_conversations_chatbot_activity', partialFilterExpression: { chatbot_id: { $exists: true } } },
    serves: `find({ accountId, chatbot_id }).${byActivity}: the conversations of a chatbot`,
  },
  {
    collection,
    key: { accountId: 1, contact_id: 1, ...listed },
    options: { name: 'idx_conversations_contact_activity' },
    serves: `find({ accountId, contact_id }).${byActivity}: the conversations of a person`,
  },
  {
    collection,
    key: { accountId: 1, snoozed_until: 1, _id: 1 },
    options: { name: 'idx_conversations_snoozed', partialFilterExpression: { status: 'snoozed' } },
    serves:
      "find({ accountId, status: 'snoozed', snoozed_until: { $lte } }).sort({ snoozed_until: 1, _id: 1 }): the snoozed ones that are due",
  },
]

const platformConversationIndexes: readonly StoreIndex[] = [
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, window_expires_at: 1 },
    options: { name: 'idx_conversations_window_expiration' },
    serves: 'find({ accountId, window_expires_at: { $gte, $lt } }): conversations whose reply window ends soon, or has ended',
  },
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, status: 1, window_expires_at: 1 },
    options: { name: 'idx_conversations_window_status' },
    serves: 'find({ accountId, status, window_expires_at: { $gte, $lt } }): the open ones among them',
  },
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, created_at: 1 },
    options: { name: 'idx_conversations_created' },
    serves: 'find({ accountId, created_at: { $gte, $lt } }): conversations that began in a time',
  },
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, status: 1, customer_id: 1 },
    options: { name: 'idx_conversations_status_user' },
    serves: 'find({ accountId, status, customer_id }): the open conversations of a customer id, in whichever inbox',
  },
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, closed_at: 1 },
    options: { name: 'idx_conversations_closed', partialFilterExpression: { status: 'closed' } },
    serves: "find({ accountId, status: 'closed', closed_at: { $gte, $lt } }): conversations that were closed in a time",
  },
]

export const conversationIndexes: readonly StoreIndex[] = [...storeConversationIndexes, ...platformConversationIndexes]
