import type { DeclaredIndex } from '../../mongo/migrator/indexes/declared-index.js'

const indexes: readonly DeclaredIndex[] = [
  {
    collection: 'conversations',
    key: { accountId: 1, window_expires_at: 1 },
    options: { name: 'idx_conversations_window_expiration' },
    serves: 'find({ accountId, window_expires_at: { $gte, $lt } }): conversations whose reply window ends soon, or has ended',
  },
  {
    collection: 'conversations',
    key: { accountId: 1, status: 1, window_expires_at: 1 },
    options: { name: 'idx_conversations_window_status' },
    serves: 'find({ accountId, status, window_expires_at: { $gte, $lt } }): the open ones among them',
  },
  {
    collection: 'conversations',
    key: { accountId: 1, created_at: 1 },
    options: { name: 'idx_conversations_created' },
    serves: 'find({ accountId, created_at: { $gte, $lt } }): conversations that began in a time',
  },
  {
    collection: 'conversations',
    key: { accountId: 1, status: 1, customer_id: 1 },
    options: { name: 'idx_conversations_status_user' },
    serves: 'find({ accountId, status, customer_id }): the open conversations of a customer id, in whichever inbox',
  },
  {
    collection: 'conversations',
    key: { accountId: 1, closed_at: 1 },
    options: { name: 'idx_conversations_closed', partialFilterExpression: { status: 'closed' } },
    serves: "find({ accountId, status: 'closed', closed_at: { $gte, $lt } }): conversations that were closed in a time",
  },

  {
    collection: 'messages',
    key: { accountId: 1, message_id: 1 },
    options: { name: 'idx_messages_whatsapp_message_id', partialFilterExpression: { message_id: { $exists: true } } },
    serves: "find({ accountId, message_id }): a message by the channel's id alone, where the customer is not known",
  },
  {
    collection: 'messages',
    key: { accountId: 1, conversation_id: 1, occurred_at: 1 },
    options: { name: 'idx_messages_conversation_timestamp' },
    serves: 'find({ accountId, conversation_id }).sort({ occurred_at: 1 }): a conversation in the order of time, the oldest first',
  },
  {
    collection: 'messages',
    key: { accountId: 1, conversation_id: 1, occurred_at: -1 },
    options: { name: 'idx_messages_conversation_timestamp_desc' },
    serves: 'find({ accountId, conversation_id }).sort({ occurred_at: -1 }): the same, the newest first',
  },
  {
    collection: 'messages',
    key: { accountId: 1, conversation_id: 1, direction: 1, occurred_at: 1 },
    options: { name: 'idx_messages_conversation_direction_timestamp' },
    serves: 'find({ accountId, conversation_id, direction }).sort({ occurred_at }): what came in, or went out, in a conversation',
  },
  {
    collection: 'messages',
    key: { accountId: 1, conversation_id: 1, sender_id: 1, occurred_at: 1 },
    options: { name: 'idx_messages_conversation_sender_timestamp' },
    serves: 'find({ accountId, conversation_id, sender_id }).sort({ occurred_at }): what one sender said in a conversation',
  },
  {
    collection: 'messages',
    key: { accountId: 1, occurred_at: 1 },
    options: { name: 'idx_messages_timestamp' },
    serves: 'find({ accountId, occurred_at: { $gte, $lt } }): the messages of a time',
  },
  // Inbound messages have the field too, with null in it. A partial index can't ask for "not null", but null does not
  // meet this comparison.
  {
    collection: 'messages',
    key: { accountId: 1, status: 1, occurred_at: 1 },
    options: { name: 'idx_messages_status_timestamp', partialFilterExpression: { status: { $gt: '' } } },
    serves: 'find({ accountId, status, occurred_at: { $gte, $lt } }): what failed, or is pending still',
  },
  {
    collection: 'messages',
    key: { accountId: 1, direction: 1, occurred_at: 1 },
    options: { name: 'idx_messages_direction' },
    serves: 'find({ accountId, direction, occurred_at: { $gte, $lt } }): what came in, or went out, in a time',
  },
  {
    collection: 'messages',
    key: { accountId: 1, sender_id: 1, occurred_at: 1 },
    options: { name: 'idx_messages_sender' },
    serves: 'find({ accountId, sender_id, occurred_at: { $gte, $lt } }): what one sender said, in all conversations',
  },
  {
    collection: 'messages',
    key: { accountId: 1, occurred_at: 1 },
    options: { name: 'idx_messages_ai_generated', partialFilterExpression: { sender_type: 'bot' } },
    serves: "find({ accountId, sender_type: 'bot', occurred_at: { $gte, $lt } }): what bots said in a time",
  },
  // A message that was not read has the field too, with null in it.
  {
    collection: 'messages',
    key: { accountId: 1, read_at: 1 },
    options: { name: 'idx_messages_read_at', partialFilterExpression: { read_at: { $gt: new Date(0) } } },
    serves: 'find({ accountId, read_at: { $gte, $lt } }): what was read in a time',
  },
]

/**
 * The indexes that an operator's reports need in addition to those of the store's own queries, which are in
 * mongo/schema/indexes.ts. Each begins with the account, as those do.
 */
export const platformIndexes: readonly DeclaredIndex[] = indexes.map((index) => ({ ...index, indexSet: 'platform' }))
