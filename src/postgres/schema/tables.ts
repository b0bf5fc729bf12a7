import type { TableName } from '../names.js'

/** A table of the store as data, from which its SQL is made, partitioned or not. */
export interface Table {
  readonly name: TableName
  /** Columns and constraints: the text between the parentheses. */
  readonly definition: string
  /** How its rows are stored: the text after `with`. */
  readonly storage?: string
  /** False for a table that belongs to no account and is never partitioned. */
  readonly isOfAccounts: boolean
}

/**
 * The tables. Their indexes are in indexes.ts. Every key leads with the account, so that the tables can be distributed
 * and partitioned by it. Ids are text in the C collation, so that keys compare as bytes. Times hold milliseconds, so
 * that a cursor made from a Date loses nothing. The functions check the limits of values (payload-limits.ts). The
 * tables only have what decides races, which is keys, and a check of the status, which says whether a conversation is
 * active.
 */
export const storeTables: readonly Table[] = [
  {
    name: 'inboxes',
    isOfAccounts: true,
    definition: `  account_id text collate "C" not null,
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
  },

  // The only table that is not partitioned by account. A webhook, which names no account, finds the owner here.
  {
    name: 'inbox_owners',
    isOfAccounts: false,
    definition: `  channel text collate "C" not null,
  oa_id text collate "C" not null,
  account_id text collate "C" not null,
  inbox_id text collate "C" not null,
  primary key (channel, oa_id)`,
  },

  {
    name: 'contacts',
    isOfAccounts: true,
    definition: `  account_id text collate "C" not null,
  id text collate "C" not null,
  name text,
  name_source text collate "C",
  metadata jsonb,
  operations bigint[] not null default '{0}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (account_id, id)`,
  },

  {
    name: 'contact_inboxes',
    isOfAccounts: true,
    definition: `  account_id text collate "C" not null,
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
  primary key (account_id, id)`,
  },

  // These rows change all the time, mostly in columns without an index. If there is room on the row's page, such a
  // change touches no index. The log leaves out what is equal at the front and at the end of a row's former and new
  // version. So the columns that change with each message come after those that hardly do, and the ones that change
  // with everything come last.
  {
    name: 'conversations',
    isOfAccounts: true,
    storage: '(fillfactor = 70)',
    definition: `  account_id text collate "C" not null,
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
  created_at timestamptz(3) not null,
  status_changed_at timestamptz(3) not null,
  snoozed_until timestamptz(3),
  closed_at timestamptz(3),
  read_seq integer not null,
  last_seq integer not null,
  last_event_seq integer not null,
  unread_count integer not null,
  last_message_row_id text collate "C",
  last_message_preview text,
  last_message_at timestamptz(3),
  last_inbound_at timestamptz(3),
  last_activity_at timestamptz(3) not null,
  window_expires_at timestamptz(3),
  nickname text,
  version integer not null,
  updated_at timestamptz(3) not null,
  operations bigint[] not null,
  primary key (account_id, id)`,
  },

  {
    name: 'messages',
    isOfAccounts: true,
    definition: `  account_id text collate "C" not null,
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
  primary key (account_id, id)`,
  },

  {
    name: 'contact_interaction_events',
    isOfAccounts: true,
    definition: `  account_id text collate "C" not null,
  id text collate "C" not null,
  contact_inbox_id text collate "C" not null,
  conversation_id text collate "C",
  event_seq integer,
  type text collate "C" not null,
  message_id text collate "C",
  target_message_id text collate "C",
  local_id text collate "C",
  sender_id text collate "C",
  direction text collate "C",
  payload jsonb,
  dedupe_key text collate "C",
  operation_id text collate "C" not null,
  occurred_at timestamptz(3),
  created_at timestamptz(3),
  primary key (account_id, id)`,
  },
]
