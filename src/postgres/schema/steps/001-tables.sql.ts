import { createTableSql } from '../partitions.js'
import type { SchemaStep } from '../schema-step.js'
import { createIndexesSql } from './001-indexes.sql.js'
import { closeTablesSql } from './001-rights.sql.js'

/**
 * The tables of version 0.1.0.
 *
 * Every key leads with the account, so that the tables can be distributed and partitioned by it. Ids are text in the C
 * collation, so that keys compare as bytes. Times hold milliseconds, so that a cursor made from a Date loses nothing.
 * The functions check the limits of values. The tables only have what decides races, which is keys, and a check of the
 * status, which says whether a conversation is active.
 *
 * The log leaves out what is equal at the front and at the end of a row's former and new version. So keys come first,
 * and what changes together stands together. Columns of a fixed width stand in groups, the widest first, so that a row
 * is padded once for each group.
 */
export const tables: SchemaStep = {
  number: 1,
  name: 'tables',
  description: "The store's tables, closed to whoever has rights by default, and the indexes that its queries and guards need.",
  statements: (names, { partitions }) => [
    ...createTableSql(names, inboxes, partitions),
    ...createTableSql(names, inboxOwners, null),
    ...createTableSql(names, contacts, partitions),
    ...createTableSql(names, contactInboxes, partitions),
    ...createTableSql(names, conversations, partitions),
    ...createTableSql(names, messages, partitions),
    ...createTableSql(names, contactInteractionEvents, partitions),
    ...createTableSql(names, conversationMerges, partitions),
    ...createTableSql(names, contactMerges, partitions),
    ...createIndexesSql(names),
    closeTablesSql(names),
  ],
  undo: ({ fn }) => [
    `drop table if exists ${fn('contact_merges')}`,
    `drop table if exists ${fn('conversation_merges')}`,
    `drop table if exists ${fn('contact_interaction_events')}`,
    `drop table if exists ${fn('messages')}`,
    `drop table if exists ${fn('conversations')}`,
    `drop table if exists ${fn('contact_inboxes')}`,
    `drop table if exists ${fn('contacts')}`,
    `drop table if exists ${fn('inbox_owners')}`,
    `drop table if exists ${fn('inboxes')}`,
  ],
}

const inboxes = {
  name: 'inboxes',
  columns: `  account_id text collate "C" not null,
  id text collate "C" not null,
  oa_id text collate "C" not null,
  channel text collate "C" not null,
  provider text,
  name text,
  chatbot_id text collate "C",
  on_closed jsonb,
  metadata jsonb,
  status text collate "C" not null,
  operations bigint[] not null default '{0}',
  connected_at timestamptz(3) not null,
  disconnected_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (account_id, id)`,
}

// The only table that is not partitioned by account. A webhook, which names no account, finds the owner here.
const inboxOwners = {
  name: 'inbox_owners',
  columns: `  channel text collate "C" not null,
  oa_id text collate "C" not null,
  account_id text collate "C" not null,
  inbox_id text collate "C" not null,
  primary key (channel, oa_id)`,
}

const contacts = {
  name: 'contacts',
  columns: `  account_id text collate "C" not null,
  id text collate "C" not null,
  merged_into text collate "C",
  name text,
  name_source text collate "C",
  metadata jsonb,
  operations bigint[] not null default '{0}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (account_id, id)`,
}

const contactInboxes = {
  name: 'contact_inboxes',
  columns: `  account_id text collate "C" not null,
  id text collate "C" not null,
  oa_id text collate "C" not null,
  customer_id text collate "C" not null,
  contact_id text collate "C",
  canonical_id text collate "C",
  previous_head_id text collate "C",
  channel text collate "C" not null,
  scopes text[] collate "C",
  identities jsonb,
  created_at timestamptz(3) not null,
  delivered_up_to timestamptz(3),
  delivered_up_to_at timestamptz(3),
  read_up_to timestamptz(3),
  read_up_to_at timestamptz(3),
  dropped_events integer not null default 0,
  primary key (account_id, id)`,
}

// These rows change all the time, mostly in columns without an index. If there is room on the row's page, such a change
// touches no index. The columns that change with each message come last, and after them the ones that change with
// everything. `merged_parts` is null for all that hold no other conversation, and a null takes no space.
const conversations = {
  name: 'conversations',
  storage: '(fillfactor = 70)',
  columns: `  account_id text collate "C" not null,
  id text collate "C" not null,
  oa_id text collate "C" not null,
  customer_id text collate "C" not null,
  contact_inbox_id text collate "C" not null,
  contact_id text collate "C" not null,
  channel text collate "C" not null,
  status text collate "C" not null check (status in ('open', 'snoozed', 'closed')),
  customer_name text,
  customer_username text,
  username_key text collate "C",
  chatbot_id text collate "C",
  metadata jsonb,
  merged_parts jsonb,
  created_at timestamptz(3) not null,
  status_changed_at timestamptz(3) not null,
  snoozed_until timestamptz(3),
  closed_at timestamptz(3),
  is_linked boolean not null default false,
  last_message_row_id text collate "C",
  last_message_preview text,
  last_message_at timestamptz(3),
  last_inbound_at timestamptz(3),
  last_activity_at timestamptz(3) not null,
  window_expires_at timestamptz(3),
  waiting_since timestamptz(3),
  last_answer_at timestamptz(3),
  read_seq integer not null,
  last_seq integer not null,
  last_event_seq integer not null,
  unread_count integer not null,
  updated_at timestamptz(3) not null,
  version integer not null,
  nickname text,
  operations bigint[] not null,
  primary key (account_id, id)`,
}

const messages = {
  name: 'messages',
  columns: `  account_id text collate "C" not null,
  id text collate "C" not null,
  conversation_id text collate "C" not null,
  contact_inbox_id text collate "C" not null,
  own_id text collate "C",
  message_id text collate "C",
  local_id text collate "C",
  direction text collate "C" not null,
  sender_id text collate "C",
  sender_type text collate "C" not null,
  sender_name text,
  reply_to text collate "C",
  occurred_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  accepted_at timestamptz(3),
  sent_at timestamptz(3),
  delivered_at timestamptz(3),
  read_at timestamptz(3),
  failed_at timestamptz(3),
  edited_at timestamptz(3),
  deleted_at timestamptz(3),
  seq integer not null,
  edit_number integer not null default 0,
  is_marked boolean not null default false,
  is_bounced boolean not null default false,
  is_history boolean,
  is_silent boolean,
  status text collate "C",
  error text,
  text text not null,
  attachments jsonb not null,
  reactions jsonb not null default '[]',
  metadata jsonb,
  primary key (account_id, id)`,
}

const contactInteractionEvents = {
  name: 'contact_interaction_events',
  columns: `  account_id text collate "C" not null,
  id text collate "C" not null,
  contact_inbox_id text collate "C" not null,
  own_id text collate "C",
  conversation_id text collate "C",
  type text collate "C" not null,
  message_id text collate "C",
  target_message_id text collate "C",
  local_id text collate "C",
  sender_id text collate "C",
  direction text collate "C",
  dedupe_key text collate "C",
  operation_id text collate "C" not null,
  payload jsonb,
  occurred_at timestamptz(3),
  created_at timestamptz(3),
  event_seq integer,
  is_history boolean,
  primary key (account_id, id)`,
}

// A merge, under the id of its operation. While it stands, `lost_id` leads to the conversation `kept_id`. `lost` is the
// row that went, and `before` what the kept one had of the columns that the merge may have changed.
const conversationMerges = {
  name: 'conversation_merges',
  columns: `  account_id text collate "C" not null,
  id text collate "C" not null,
  kept_id text collate "C" not null,
  lost_id text collate "C" not null,
  lost jsonb not null,
  before jsonb not null,
  undone_at timestamptz(3),
  undone_by text collate "C",
  created_at timestamptz(3) not null,
  primary key (account_id, id)`,
}

// A merge of contacts, under the id of its operation. `place` counts the merges into the kept contact. `moved_ids` are
// the contacts that led to the lost one before. `kept` and `lost` are what both had that the merge may have joined.
const contactMerges = {
  name: 'contact_merges',
  columns: `  account_id text collate "C" not null,
  id text collate "C" not null,
  kept_id text collate "C" not null,
  lost_id text collate "C" not null,
  place integer not null,
  moved_ids text[] collate "C" not null,
  kept jsonb not null,
  lost jsonb not null,
  undone_at timestamptz(3),
  undone_by text collate "C",
  created_at timestamptz(3) not null,
  primary key (account_id, id)`,
}
