import type { StoreIndex } from './store-index.js'

const collection = 'contact_interaction_events'
// With the second field a query that does not ask for it can't take the index by mistake.
const byTime = { waiting: true, created_at: { $exists: true } }
const byLocal = { waiting: true, local_id: { $exists: true } }

/** The keys of the indexes of the events that wait, with which the queries hint at them. */
export const waitingKeys = {
  order: { accountId: 1, contact_inbox_id: 1, created_at: 1, _id: 1 },
  target: { accountId: 1, contact_inbox_id: 1, target_message_id: 1, local_id: 1 },
  local: { accountId: 1, contact_inbox_id: 1, local_id: 1 },
  age: { accountId: 1, created_at: 1, _id: 1 },
} as const

/**
 * The indexes of the events that wait. They hold nothing else, so a message that finds its place at once costs them
 * nothing. Each look-up is bounded by them, however many events wait under a customer. Where several of them could
 * serve a query, the server would choose one by what it has seen of another customer, so the query says which one it
 * is.
 */
export const waitingIndexes: readonly StoreIndex[] = [
  {
    collection,
    key: waitingKeys.order,
    options: { name: 'idx_events_waiting_order', partialFilterExpression: byTime },
    serves:
      'find({ accountId, contact_inbox_id, waiting: true, created_at: { $lte } }).sort({ created_at, _id }): what waited too long under a customer, and what lies beyond the bound',
  },
  {
    collection,
    key: waitingKeys.target,
    options: { name: 'idx_events_waiting_target', partialFilterExpression: { waiting: true } },
    serves: 'find({ accountId, contact_inbox_id, waiting: true, target_message_id: { $in } }): what waits for a message, or for any',
  },
  {
    collection,
    key: waitingKeys.local,
    options: { name: 'idx_events_waiting_local', partialFilterExpression: byLocal },
    serves: "find({ accountId, contact_inbox_id, waiting: true, local_id: { $in } }): what waits for the host's id of a reply",
  },
  {
    collection,
    key: waitingKeys.age,
    options: { name: 'idx_events_waiting_age', partialFilterExpression: byTime },
    serves: 'find({ accountId, waiting: true, created_at: { $lte } }).sort({ created_at, _id }): what a sweep removes',
  },
]
