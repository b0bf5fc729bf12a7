import type { StoreIndex } from './store-index.js'

const table = 'contact_interaction_events'

/** The index of schema 1 that step 5 replaces. */
export const formerWaitingIndex = 'idx_events_waiting'

/**
 * The indexes of the events that wait. They hold nothing else, so a message that finds its place at once costs them
 * nothing. Each look-up is bounded by them, however many events wait under a customer. The index over whole accounts
 * is made first, because of indexes that seem equal for an empty table, PostgreSQL takes the one that was made last.
 */
export const waitingIndexes: readonly StoreIndex[] = [
  {
    table,
    name: 'idx_events_waiting_age',
    columns: 'account_id, created_at, id',
    where: 'conversation_id IS NULL',
    serves: 'account_id = … and created_at <= … and conversation_id is null order by created_at, id: what a sweep removes',
  },
  {
    table,
    name: 'idx_events_waiting_order',
    columns: 'account_id, contact_inbox_id, created_at, id',
    where: 'conversation_id IS NULL',
    serves:
      'account_id = … and contact_inbox_id = … and conversation_id is null order by created_at, id: whether anything waits under a customer, ' +
      'what waited too long, and what lies beyond the bound',
  },
  {
    table,
    name: 'idx_events_waiting_target',
    columns: 'account_id, contact_inbox_id, target_message_id, local_id',
    where: 'conversation_id IS NULL',
    serves: 'account_id = … and contact_inbox_id = … and target_message_id = … (or is null) and conversation_id is null: what waits for it',
  },
  {
    table,
    name: 'idx_events_waiting_local',
    columns: 'account_id, contact_inbox_id, local_id',
    where: '(conversation_id IS NULL) AND (local_id IS NOT NULL)',
    serves: "account_id = … and contact_inbox_id = … and local_id = … and conversation_id is null: what waits for the host's id",
  },
]
