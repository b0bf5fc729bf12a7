import { createTableSql } from '../partitions.js'
import { openLikeSql } from '../rights.js'
import type { SchemaStep } from '../schema-step.js'

/**
 * The sessions in which the history of an inbox is read, each with the cursor at which it goes on. `finished_at` is
 * null while a session can be gone on with, and an inbox has one of those at most for each origin.
 */
export const syncState: SchemaStep = {
  number: 61,
  name: 'sync-state',
  description: 'The sessions in which the history of an inbox is read.',
  statements: (names, { partitions }) => [
    ...createTableSql(names, sessions, partitions),
    `create unique index ${names.index('idx_sync_state_unfinished')} on ${names.fn(sessions.name)} (account_id, page_id, origin) where finished_at IS NULL`,
    `create index ${names.index('idx_sync_state_started')} on ${names.fn(sessions.name)} (account_id, started_at, session_id)`,
    `create index ${names.index('idx_sync_state_inbox')} on ${names.fn(sessions.name)} (account_id, page_id, started_at, session_id)`,
    `create index ${names.index('idx_sync_state_completed')} on ${names.fn(sessions.name)} (account_id, page_id, finished_at, session_id) where status = 'completed'::text`,
    `create index ${names.index('idx_sync_state_finished')} on ${names.fn(sessions.name)} (account_id, finished_at, session_id) where finished_at IS NOT NULL`,
    openLikeSql(names, sessions.name, 'inboxes'),
  ],
  undo: ({ fn }) => [`drop table if exists ${fn(sessions.name)}`],
}

const sessions = {
  name: 'sync_state',
  columns: `  account_id text collate "C" not null,
  session_id text collate "C" not null,
  page_id text collate "C" not null,
  origin text collate "C" not null,
  source text collate "C" not null,
  status text collate "C" not null,
  phase text collate "C" not null,
  operation_id text collate "C" not null,
  started_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  finished_at timestamptz(3),
  deadline_at timestamptz(3),
  since_at timestamptz(3),
  began_at timestamptz(3),
  elapsed_ms bigint not null,
  pages integer not null,
  conversations integer not null,
  created integer not null,
  messages integer not null,
  duplicates integer not null,
  invalid integer not null,
  unreadable integer not null,
  progress integer,
  last_error_code text,
  last_error text,
  cursor text,
  walk text,
  primary key (account_id, session_id)`,
}
