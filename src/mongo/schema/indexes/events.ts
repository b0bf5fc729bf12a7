import type { StoreIndex } from './store-index.js'

const collection = 'contact_interaction_events'

export const eventIndexes: readonly StoreIndex[] = [
  {
    collection,
    key: { accountId: 1, contact_inbox_id: 1, message_id: 1 },
    options: { name: 'idx_unique_event_by_message', unique: true, partialFilterExpression: { message_id: { $exists: true } } },
    serves: 'find({ accountId, contact_inbox_id, message_id: { $in } }): whether a message came before; decides that it is stored once',
  },
  {
    collection,
    key: { accountId: 1, contact_inbox_id: 1, dedupe_key: 1 },
    options: { name: 'idx_unique_event_by_timestamp', unique: true, partialFilterExpression: { dedupe_key: { $exists: true } } },
    serves: 'find({ accountId, contact_inbox_id, dedupe_key: { $in } }): whether any other event did',
  },
  {
    collection,
    key: { accountId: 1, conversation_id: 1, event_seq: 1 },
    options: { name: 'idx_events_seq', unique: true, partialFilterExpression: { conversation_id: { $exists: true } } },
    serves: 'find({ accountId, conversation_id, event_seq: { $gt } }).sort({ event_seq: 1 }): the events of a conversation, as they came',
  },
  {
    collection,
    key: { accountId: 1, contact_inbox_id: 1 },
    options: { name: 'idx_events_waiting', partialFilterExpression: { waiting: true } },
    serves: 'find({ accountId, contact_inbox_id, waiting: true }): events that came before their message',
  },
]
