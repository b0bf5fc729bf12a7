import type { Names } from '../names.js'

/**
 * The tables. Every key leads with the account, so that they distribute and partition by it; ids are text in the C collation, so that
 * keys compare as bytes; times hold milliseconds, so that a cursor made from a Date loses nothing.
 * The checks are the limits of the core, for programs that write through the SQL functions.
 */
export function tablesSql({ tables, index }: Names): readonly string[] {
  return [
    `create table ${tables.inboxes} (
  account_id text collate "C" not null check (octet_length(account_id) between 1 and 512),
  id text collate "C" not null check (octet_length(id) between 1 and 512),
  oa_id text collate "C" not null check (octet_length(oa_id) between 1 and 512),
  channel text collate "C" not null check (octet_length(channel) between 1 and 512),
  provider text check (octet_length(provider) <= 4096),
  name text check (octet_length(name) <= 4096),
  chatbot_id text collate "C" check (octet_length(chatbot_id) <= 512),
  on_closed jsonb,
  metadata jsonb ${jsonLimit('metadata')},
  status text collate "C" not null check (status in ('connected', 'disconnected')),
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
  account_id text collate "C" not null check (octet_length(account_id) between 1 and 512),
  id text collate "C" not null check (octet_length(id) between 1 and 512),
  name text check (octet_length(name) <= 4096),
  name_source text collate "C" check (name_source in ('person', 'channel')),
  metadata jsonb ${jsonLimit('metadata')},
  operations jsonb not null default '[]',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (account_id, id)
)`,

    `create table ${tables.contact_inboxes} (
  account_id text collate "C" not null check (octet_length(account_id) between 1 and 512),
  id text collate "C" not null check (octet_length(id) between 1 and 512),
  oa_id text collate "C" not null check (octet_length(oa_id) between 1 and 512),
  customer_id text collate "C" not null check (octet_length(customer_id) between 1 and 512),
  contact_id text collate "C",
  canonical_id text collate "C" check (canonical_id <> id),
  channel text collate "C" not null check (octet_length(channel) between 1 and 512),
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

    `create table ${tables.conversations} (
  account_id text collate "C" not null check (octet_length(account_id) between 1 and 512),
  id text collate "C" not null check (octet_length(id) between 1 and 512),
  oa_id text collate "C" not null,
  customer_id text collate "C" not null,
  contact_inbox_id text collate "C" not null,
  contact_id text collate "C" not null,
  channel text collate "C" not null check (octet_length(channel) between 1 and 512),
  status text collate "C" not null check (status in ('open', 'snoozed', 'closed')),
  version integer not null,
  nickname text check (octet_length(nickname) <= 4096),
  customer_name text check (octet_length(customer_name) <= 4096),
  customer_username text check (octet_length(customer_username) <= 4096),
  username_key text collate "C" check (octet_length(username_key) between 1 and 512),
  chatbot_id text collate "C" check (octet_length(chatbot_id) <= 512),
  unread_count integer not null check (unread_count >= 0),
  last_seq integer not null,
  read_seq integer not null check (read_seq <= last_seq),
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
  metadata jsonb ${jsonLimit('metadata')},
  operations jsonb not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (account_id, id)
)`,
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
  account_id text collate "C" not null check (octet_length(account_id) between 1 and 512),
  id text collate "C" not null check (octet_length(id) between 1 and 512),
  conversation_id text collate "C" not null,
  contact_inbox_id text collate "C" not null,
  seq integer not null,
  message_id text collate "C" check (octet_length(message_id) between 1 and 512),
  local_id text collate "C" check (octet_length(local_id) between 1 and 512),
  direction text collate "C" not null check (direction in ('inbound', 'outbound')),
  sender_id text collate "C" check (octet_length(sender_id) <= 512),
  sender_type text collate "C" not null check (sender_type in ('customer', 'agent', 'bot', 'system')),
  sender_name text check (octet_length(sender_name) <= 4096),
  text text not null check (octet_length(text) <= 1048576),
  attachments jsonb not null,
  reply_to text collate "C" check (octet_length(reply_to) <= 512),
  status text collate "C" check (status in ('pending', 'sent', 'delivered', 'read', 'failed')),
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
  metadata jsonb ${jsonLimit('metadata')},
  created_at timestamptz(3) not null,
  primary key (account_id, id),
  check (message_id is not null or local_id is not null)
)`,
    `create unique index ${index('idx_messages_seq')} on ${tables.messages} (account_id, conversation_id, seq)`,
    `create unique index ${index('idx_messages_message_id')} on ${tables.messages} (account_id, contact_inbox_id, message_id) where message_id is not null`,
    `create unique index ${index('idx_messages_local_id')} on ${tables.messages} (account_id, contact_inbox_id, local_id) where local_id is not null`,
    // What a watermark has to touch: outbound messages that were sent, and not delivered or not read yet.
    `create index ${index('idx_messages_undelivered')} on ${tables.messages} (account_id, contact_inbox_id, sent_at) where direction = 'outbound' and sent_at is not null and (delivered_at is null or read_at is null)`,

    `create table ${tables.contact_interaction_events} (
  account_id text collate "C" not null check (octet_length(account_id) between 1 and 512),
  id text collate "C" not null check (octet_length(id) between 1 and 512),
  contact_inbox_id text collate "C" not null,
  conversation_id text collate "C",
  event_seq integer,
  type text collate "C" not null check (octet_length(type) between 1 and 512),
  message_id text collate "C" check (octet_length(message_id) between 1 and 512),
  target_message_id text collate "C" check (octet_length(target_message_id) between 1 and 512),
  local_id text collate "C" check (octet_length(local_id) between 1 and 512),
  sender_id text collate "C" check (octet_length(sender_id) <= 512),
  direction text collate "C" not null check (direction in ('inbound', 'outbound')),
  payload jsonb,
  dedupe_key text collate "C" not null check (octet_length(dedupe_key) between 1 and 512),
  operation_id text collate "C" not null check (octet_length(operation_id) between 1 and 512),
  occurred_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  primary key (account_id, id),
  check ((conversation_id is null) = (event_seq is null)),
  check (conversation_id is null or payload is null or octet_length(payload::text) <= 524288)
)`,
    `create unique index ${index('idx_unique_event_by_message')} on ${tables.contact_interaction_events} (account_id, contact_inbox_id, message_id) where message_id is not null`,
    `create unique index ${index('idx_unique_event_by_timestamp')} on ${tables.contact_interaction_events} (account_id, contact_inbox_id, dedupe_key) where message_id is null`,
    `create unique index ${index('idx_events_seq')} on ${tables.contact_interaction_events} (account_id, conversation_id, event_seq) where conversation_id is not null`,
    `create index ${index('idx_events_waiting')} on ${tables.contact_interaction_events} (account_id, contact_inbox_id) where conversation_id is null`,
  ]
}

/** 256 KiB as the core counts them; PostgreSQL writes JSON with spaces, so twice that. Null, the common value, costs nothing. */
function jsonLimit(column: string): string {
  return `check (${column} is null or octet_length(${column}::text) <= 524288)`
}
