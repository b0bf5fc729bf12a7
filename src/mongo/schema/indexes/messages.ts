import { messageKeys } from '../hinted-keys.js'
import type { StoreIndex } from '../store-index.js'

/** The indexes of the messages. */
export const messageIndexes: readonly StoreIndex[] = [
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
  {
    collection: 'messages',
    key: { accountId: 1, contact_inbox_id: 1, awaits: 1, sent_at: 1 },
    options: { name: 'idx_messages_unread_by_customer', partialFilterExpression: { awaits: { $exists: true } } },
    serves: 'find({ accountId, contact_inbox_id, awaits, sent_at: { $lte } }): what a receipt with a watermark tells of',
  },
  {
    collection: 'messages',
    key: { accountId: 1, message_id: 1 },
    options: { name: 'idx_messages_outbound', partialFilterExpression: { direction: 'outbound', message_id: { $exists: true } } },
    serves: "find({ accountId, message_id, direction: 'outbound' }): a reply by the channel's id, whoever the customer is",
  },
  {
    collection: 'messages',
    key: messageKeys.time,
    options: { name: 'idx_messages_time' },
    serves: 'find({ accountId, conversation_id }).sort({ occurred_at, seq }): the messages of a conversation by time, either way',
  },
]
