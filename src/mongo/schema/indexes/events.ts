import { waitingKeys } from '../hinted-keys.js'
import type { StoreIndex } from '../store-index.js'

// With the second field a query that does not ask for it can't take the index by mistake.
const byTime = { waiting: true, created_at: { $exists: true } }
const byLocal = { waiting: true, local_id: { $exists: true } }

/**
 * The indexes of the events. Those of the events that wait hold nothing else, so a message that finds its place at once
 * costs them nothing. Each look-up is bounded by them, however many events wait under a customer.
 */
export const eventIndexes: readonly StoreIndex[] = [
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
    key: waitingKeys.order,
    options: { name: 'idx_events_waiting_order', partialFilterExpression: byTime },
    serves:
      'find({ accountId, contact_inbox_id, waiting: true, created_at: { $lte } }).sort({ created_at, _id }): what waited too long under a customer, and what lies beyond the bound',
  },
  {
    collection: 'contact_interaction_events',
    key: waitingKeys.target,
    options: { name: 'idx_events_waiting_target', partialFilterExpression: { waiting: true } },
    serves: 'find({ accountId, contact_inbox_id, waiting: true, target_message_id: { $in } }): what waits for a message, or for any',
  },
  {
    collection: 'contact_interaction_events',
    key: waitingKeys.local,
    options: { name: 'idx_events_waiting_local', partialFilterExpression: byLocal },
    serves: "find({ accountId, contact_inbox_id, waiting: true, local_id: { $in } }): what waits for the host's id of a reply",
  },
  {
    collection: 'contact_interaction_events',
    key: waitingKeys.age,
    options: { name: 'idx_events_waiting_age', partialFilterExpression: byTime },
    serves: 'find({ accountId, waiting: true, created_at: { $lte } }).sort({ created_at, _id }): what a sweep removes',
  },
]
