import { createTableSql } from '../partitions.js'
import { openLikeSql } from '../rights.js'
import type { SchemaStep } from '../schema-step.js'

/**
 * The moves of inboxes, each with the place at which it goes on. `completed_at` is null while somebody may still be
 * moved. `moved` of a moved row says which migration moved it, and what the row had before: its channel, and a
 * conversation its reply window.
 */
export const inboxMigrations: SchemaStep = {
  number: 62,
  name: 'inbox-migrations',
  description: 'The moves of inboxes, and on each moved row by which of them it was moved.',
  statements: (names, { partitions }) => [
    ...createTableSql(names, migrations, partitions),
    `create unique index ${names.index('idx_inbox_migrations_source')} on ${names.fn(migrations.name)} (account_id, source_oa_id) where completed_at IS NULL`,
    `create unique index ${names.index('idx_inbox_migrations_destination')} on ${names.fn(migrations.name)} (account_id, destination_oa_id) where completed_at IS NULL`,
    `create index ${names.index('idx_inbox_migrations_created')} on ${names.fn(migrations.name)} (account_id, created_at, id)`,
    `create index ${names.index('idx_inbox_migrations_inbox')} on ${names.fn(migrations.name)} (account_id, source_oa_id, created_at, id)`,
    openLikeSql(names, migrations.name, 'inboxes'),
    `alter table ${names.fn('contact_inboxes')} add column if not exists moved jsonb`,
    `alter table ${names.fn('conversations')} add column if not exists moved jsonb`,
  ],
  undo: ({ fn }) => [
    `alter table ${fn('conversations')} drop column if exists moved`,
    `alter table ${fn('contact_inboxes')} drop column if exists moved`,
    `drop table if exists ${fn(migrations.name)}`,
  ],
}

const migrations = {
  name: 'inbox_migrations',
  columns: `  account_id text collate "C" not null,
  id text collate "C" not null,
  kind text collate "C" not null,
  source_inbox_id text collate "C" not null,
  source_oa_id text collate "C" not null,
  destination_inbox_id text collate "C" not null,
  destination_oa_id text collate "C" not null,
  on_active_conflict text collate "C" not null,
  user_id text collate "C",
  status text collate "C" not null,
  operation_id text collate "C" not null,
  created_at timestamptz(3) not null,
  started_at timestamptz(3),
  completed_at timestamptz(3),
  updated_at timestamptz(3) not null,
  cancel_requested_at timestamptz(3),
  conversations_count bigint not null,
  conversations_moved bigint not null,
  messages_count bigint not null,
  messages_moved bigint not null,
  attachments_count bigint not null,
  attachments_moved bigint not null,
  contact_inboxes_count bigint not null,
  contact_inboxes_moved bigint not null,
  contacts_merged bigint not null,
  skipped bigint not null,
  batches integer not null,
  pass integer not null,
  pass_moved bigint not null,
  cursor text collate "C",
  error_message text,
  error_backtrace text,
  primary key (account_id, id)`,
}
