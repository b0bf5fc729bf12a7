import type { StoreIndex } from './store-index.js'

const collection = 'messages'

const storeMessageIndexes: readonly StoreIndex[] = [
  {
    collection,
    key: { accountId: 1, conversation_id: 1, seq: 1 },
    options: { name: 'idx_messages_seq', unique: true },
    serves:
      'find({ accountId, conversation_id }).sort({ seq }): the messages of a conversation, either way; decides that a place is taken once',
  },
  {
    collection,
    key: { accountId: 1, contact_inbox_id: 1, message_id: 1 },
    options: { name: 'idx_messages_message_id', unique: true, partialFilterExpression: { message_id: { $exists: true } } },
    serves:
      'find({ accountId, contact_inbox_id, message_id: { $in } }): messages by the ids of their channel; decides that each is stored once',
  },
  {
    collection,
    key: { accountId: 1, contact_inbox_id: 1, local_id: 1 },
    options: { name: 'idx_messages_local_id', unique: true, partialFilterExpression: { local_id: { $exists: true } } },
    serves: "find({ accountId, contact_inbox_id, local_id: { $in } }): replies by the host's ids; decides that each is stored once",
  },
  // What a watermark has to touch.
  {
    collection,
    key: { accountId: 1, contact_inbox_id: 1, awaits: 1, sent_at: 1 },
    options: { name: 'idx_messages_unread_by_customer', partialFilterExpression: { awaits: { $exists: true } } },
    serves: 'find({ accountId, contact_inbox_id, awaits, sent_at: { $lte } }): what a receipt with a watermark tells of',
  },
]

const platformMessageIndexes: readonly StoreIndex[] = [
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, message_id: 1 },
    options: { name: 'idx_messages_whatsapp_message_id', partialFilterExpression: { message_id: { $exists: true } } },
    serves: "find({ accountId, message_id }): a message by the channel's id alone, where the customer is not known",
  },
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, conversation_id: 1, occurred_at: 1 },
    options: { name: 'idx_messages_conversation_timestamp' },
    serves: 'find({ accountId, conversation_id }).sort({ occurred_at: 1 }): a conversation in the order of time, the oldest first',
  },
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, conversation_id: 1, occurred_at: -1 },
    options: { name: 'idx_messages_conversation_timestamp_desc' },
    serves: 'find({ accountId, conversation_id }).sort({ occurred_at: -1 }): the same, the newest first',
  },
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, conversation_id: 1, direction: 1, occurred_at: 1 },
    options: { name: 'idx_messages_conversation_direction_timestamp' },
    serves: 'find({ accountId, conversation_id, direction }).sort({ occurred_at }): what came in, or went out, in a conversation',
  },
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, conversation_id: 1, sender_id: 1, occurred_at: 1 },
    options: { name: 'idx_messages_conversation_sender_timestamp' },
    serves: 'find({ accountId, conversation_id, sender_id }).sort({ occurred_at }): what one sender said in a conversation',
  },
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, occurred_at: 1 },
    options: { name: 'idx_messages_timestamp' },
    serves: 'find({ accountId, occurred_at: { $gte, $lt } }): the messages of a time',
  },
  // Inbound messages have a status too, null; an index may ask for no more than a comparison that null does not meet.
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, status: 1, occurred_at: 1 },
    options: { name: 'idx_messages_status_timestamp', partialFilterExpression: { status: { $gt: '' } } },
    serves: 'find({ accountId, status, occurred_at: { $gte, $lt } }): what failed, or is pending still',
  },
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, direction: 1, occurred_at: 1 },
    options: { name: 'idx_messages_direction' },
    serves: 'find({ accountId, direction, occurred_at: { $gte, $lt } }): what came in, or went out, in a time',
  },
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, sender_id: 1, occurred_at: 1 },
    options: { name: 'idx_messages_sender' },
    serves: 'find({ accountId, sender_id, occurred_at: { $gte, $lt } }): what one sender said, in all conversations',
  },
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, occurred_at: 1 },
    options: { name: 'idx_messages_ai_generated', partialFilterExpression: { sender_type: 'bot' } },
    serves: "find({ accountId, sender_type: 'bot', occurred_at: { $gte, $lt } }): what bots said in a time",
  },
  // One that was not read has the field too, null.
  {
    collection,
    indexSet: 'platform',
    key: { accountId: 1, read_at: 1 },
    options: { name: 'idx_messages_read_at', partialFilterExpression: { read_at: { $gt: new Date(0) } } },
    serves: 'find({ accountId, read_at: { $gte, $lt } }): what was read in a time',
  },
]

export const messageIndexes: readonly StoreIndex[] = [...storeMessageIndexes, ...platformMessageIndexes]
