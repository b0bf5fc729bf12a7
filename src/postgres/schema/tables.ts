import type { Names } from '../names.js'

/**
 * The tables. Every key leads with the account, so that they distribute and partition by it; ids are text in the C collation, so that
 * keys compare as bytes; times hold milliseconds, so that a cursor made from a Date loses nothing.
 * What a value may be is for the functions to check (payload-limits.ts): here stand what decides races, which are keys, and what says that a
 * conversation is active.
 */
export function tablesSql({ tables, index }: Names): readonly string[] {
  return [
    `create table ${tables.inboxes} (
  account_id text collate "C" not null,
  id text collate "C" not null,
  oa_id text collate "C" not null,
  channel text collate "C" not null,
  provider text,
  name text,
  chatbot_id text collate "C",
  on_closed jsonb,
  metadata jsonb,
  status text collate "C" not null,
  operations jsonb not null default '[]',
  connected_at timestamptz(3) not null,
  disconnected_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (account_id, id)
)`,
    `create unique index ${index('idx_inboxes_oa')} on ${tables.inboxes} (account_id, oa_id)`,

    // The one table that is not an account's: who may be found by a webhook that names no account.
    `create table ${tables.inbox_owners} (
  channel text collate "C" not null,
  oa_id text collate "C" not null,
  account_id text collate "C" not null,
  inbox_id text collate "C" not null,
  primary key (channel, oa_id)
)`,

    `create table ${tables.contacts} (
  account_id text collate "C" not null,
  id text collate "C" not null,
  name text,
  name_source text collate "C",
  metadata jsonb,
  operations jsonb not null default '[]',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (account_id, id)
)`,

    `create table ${tables.contact_inboxes} (
  account_id text collate "C" not null,
  id text collate "C" not null,
  oa_id text collate "C" not null,
  customer_id text collate "C" not null,
  contact_id text collate "C",
  canonical_id text collate "C",
  channel text collate "C" not null,
  delivered_up_to timestamptz(3),
  delivered_up_to_at timestamptz(3),
  read_up_to timestamptz(3),
  read_up_to_at timestamptz(3),
  created_at timestamptz(3) not null,
  primary key (account_id, id)
)`,
    `create unique index ${index('idx_contact_inboxes_customer')} on ${tables.contact_inboxes} (account_id, oa_id, customer_id)`,
    `create index ${index('idx_contact_inboxes_customer_id')} on ${tables.contact_inboxes} (account_id, customer_id)`,
    `create index ${index('idx_contact_inboxes_canonical')} on ${tables.contact_inboxes} (account_id, canonical_id) where canonical_id is not null`,

    // Rows that change all the time, mostly in columns without an index: with room on their page, a change touches no index.
    `create table ${tables.conversations} (
  account_id text collate "C" not null,
  id text collate "C" not null,
  oa_id text collate "C" not null,
  customer_id text collate "C" not null,
  contact_inbox_id text collate "C" not null,
  contact_id text collate "C" not null,
  channel text collate "C" not null,
  status text collate "C" not null check (status in ('open', 'snoozed', 'closed')),
  version integer not null,
  nickname text,
  customer_name text,
  customer_username text,
  username_key text collate "C",
  chatbot_id text collate "C",
  unread_count integer not null,
  last_seq integer not null,
  read_seq integer not null,
  last_event_seq integer not null,
  last_message_at timestamptz(3),
  last_message_preview text,
  last_message_row_id text collate "C",
  last_inbound_at timestamptz(3),
  last_activity_at timestamptz(3) not null,
  status_changed_at timestamptz(3) not null,
  window_expires_at timestamptz(3),
  snoozed_until timestamptz(3),
  closed_at timestamptz(3),
  metadata jsonb,
  operations jsonb not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (account_id, id)
) with (fillfactor = 70)`,
    // Contract, clause 1: this index decides that a customer has one active conversation.
    `create unique index ${index('idx_conversations_user_phone')} on ${tables.conversations} (account_id, oa_id, customer_id) where status <> 'closed'`,
    `create unique index ${index('idx_conversations_username')} on ${tables.conversations} (account_id, oa_id, username_key) where status <> 'closed' and username_key is not null`,
    `create index ${index('idx_conversations_contact_inbox')} on ${tables.conversations} (account_id, contact_inbox_id, created_at desc, id desc)`,
    `create index ${index('idx_conversations_last_activity')} on ${tables.conversations} (account_id, last_activity_at desc, id desc)`,
    `create index ${index('idx_conversations_status_activity')} on ${tables.conversations} (account_id, status, last_activity_at desc, id desc)`,
    `create index ${index('idx_conversations_inbox_activity')} on ${tables.conversations} (account_id, oa_id, last_activity_at desc, id desc)`,
    `create index ${index('idx_conversations_chatbot_activity')} on ${tables.conversations} (account_id, chatbot_id, last_activity_at desc, id desc) where chatbot_id is not null`,
    `create index ${index('idx_conversations_contact_activity')} on ${tables.conversations} (account_id, contact_id, last_activity_at desc, id desc)`,
    `create index ${index('idx_conversations_snoozed')} on ${tables.conversations} (account_id, snoozed_until, id) where status = 'snoozed'`,

    `create table ${tables.messages} (
  account_id text collate "C" not null,
  id text collate "C" not null,
  conversation_id text collate "C" not null,
  contact_inbox_id text collate "C" not null,
  seq integer not null,
  message_id text collate "C",
  local_id text collate "C",
  direction text collate "C" not null,
  sender_id text collate "C",
  sender_type text collate "C" not null,
  sender_name text,
  text text not null,
  attachments jsonb not null,
  reply_to text collate "C",
  status text collate "C",
  occurred_at timestamptz(3) not null,
  sent_at timestamptz(3),
  delivered_at timestamptz(3),
  read_at timestamptz(3),
  failed_at timestamptz(3),
  error text,
  edited_at timestamptz(3),
  edit_number integer not null default 0,
  deleted_at timestamptz(3),
  reactions jsonb not null default '[]',
  metadata jsonb,
  created_at timestamptz(3) not null,
  primary key (account_id, id)
)`,
    `create unique index ${index('idx_messages_seq')} on ${tables.messages} (account_id, conversation_id, seq)`,
    `create unique index ${index('idx_messages_message_id')} on ${tables.messages} (account_id, contact_inbox_id, message_id) where message_id is not null`,
    `create unique index ${index('idx_messages_local_id')} on ${tables.messages} (account_id, contact_inbox_id, local_id) where local_id is not null`,
    // What a watermark has to touch: outbound messages that were sent, and not delivered or not read yet.
    `create index ${index('idx_messages_undelivered')} on ${tables.messages} (account_id, contact_inbox_id, sent_at) where direction = 'outbound' and sent_at is not null and (delivered_at is null or read_at is null)`,

    `create table ${tables.contact_interaction_events} (
  account_id text collate "C" not null,
  id text collate "C" not null,
  contact_inbox_id text collate "C" not null,
  conversation_id text collate "C",
  event_seq integer,
  type text collate "C" not null,
  message_id text collate "C",
  target_message_id text collate "C",
  local_id text collate "C",
  sender_id text collate "C",
  direction text collate "C" not null,
  payload jsonb,
  dedupe_key text collate "C" not null,
  operation_id text collate "C" not null,
  occurred_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  primary key (account_id, id)
)`,
    `create unique index ${index('idx_unique_event_by_message')} on ${tables.contact_interaction_events} (account_id, contact_inbox_id, message_id) where message_id is not null`,
    `create unique index ${index('idx_unique_event_by_timestamp')} on ${tables.contact_interaction_events} (account_id, contact_inbox_id, dedupe_key) where message_id is null`,
    `create unique index ${index('idx_events_seq')} on ${tables.contact_interaction_events} (account_id, conversation_id, event_seq) where conversation_id is not null`,
    `create index ${index('idx_events_waiting')} on ${tables.contact_interaction_events} (account_id, contact_inbox_id) where conversation_id is null`,
  ]
}
