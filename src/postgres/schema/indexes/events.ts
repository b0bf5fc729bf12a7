import type { StoreIndex } from '../store-index.js'

/**
 * The indexes of the events. Those of the events that wait hold nothing else, so a message that finds its place at once
 * costs them nothing. Each look-up is bounded by them, however many events wait under a customer.
 */
export const eventIndexes: readonly StoreIndex[] = [
  {
    table: 'contact_interaction_events',
    name: 'idx_unique_event_by_message',
    unique: true,
    columns: 'account_id, contact_inbox_id, message_id',
    where: 'message_id IS NOT NULL',
    serves: "account_id = … and contact_inbox_id = … and message_id = …: an event by the channel's id; decides that it is there once",
  },
  {
    table: 'contact_interaction_events',
    name: 'idx_unique_event_by_timestamp',
    unique: true,
    columns: 'account_id, contact_inbox_id, dedupe_key',
    where: 'dedupe_key IS NOT NULL',
    serves: 'account_id = … and contact_inbox_id = … and dedupe_key = …: one without such an id; decides that it is there once',
  },
  {
    table: 'contact_interaction_events',
    name: 'idx_events_seq',
    unique: true,
    columns: 'account_id, conversation_id, event_seq',
    where: 'conversation_id IS NOT NULL',
    serves: 'account_id = … and conversation_id = … order by event_seq: the list of events; decides that each has a number of its own',
  },
  {
    table: 'contact_interaction_events',
    name: 'idx_events_waiting_age',
    columns: 'account_id, created_at, id',
    where: 'conversation_id IS NULL',
    serves: 'account_id = … and created_at <= … and conversation_id is null order by created_at, id: what a sweep removes',
  },
  {
    table: 'contact_interaction_events',
    name: 'idx_events_waiting_order',
    columns: 'account_id, contact_inbox_id, created_at, id',
    where: 'conversation_id IS NULL',
    serves:
      'account_id = … and contact_inbox_id = … and conversation_id is null order by created_at, id: whether anything waits under a customer, ' +
      'what waited too long, and what lies beyond the bound',
  },
  {
    table: 'contact_interaction_events',
    name: 'idx_events_waiting_target',
    columns: 'account_id, contact_inbox_id, target_message_id, local_id',
    where: 'conversation_id IS NULL',
    serves: 'account_id = … and contact_inbox_id = … and target_message_id = … (or is null) and conversation_id is null: what waits for it',
  },
  {
    table: 'contact_interaction_events',
    name: 'idx_events_waiting_local',
    columns: 'account_id, contact_inbox_id, local_id',
    where: '(conversation_id IS NULL) AND (local_id IS NOT NULL)',
    serves: "account_id = … and contact_inbox_id = … and local_id = … and conversation_id is null: what waits for the host's id",
  },
]
