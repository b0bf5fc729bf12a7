import { createTableSql } from '../partitions.js'
import { createClosedViewSql, openLikeSql } from '../rights.js'
import type { SchemaStep, StepNames } from '../schema-step.js'

/**
 * The sessions in which the history of an inbox is read, each with the cursor at which it goes on. `finished_at` is
 * null while a session can be gone on with, and an inbox has one of those at most for each origin.
 */
export const syncState: SchemaStep = {
  number: 61,
  name: 'sync-state',
  description: 'The sessions in which the history of an inbox is read, and how they went.',
  statements: (names, { partitions }) => [
    ...createTableSql(names, sessions, partitions),
    `create unique index ${names.index('idx_sync_state_unfinished')} on ${names.fn(sessions.name)} (account_id, page_id, origin) where finished_at IS NULL`,
    `create index ${names.index('idx_sync_state_started')} on ${names.fn(sessions.name)} (account_id, started_at, session_id)`,
    `create index ${names.index('idx_sync_state_inbox')} on ${names.fn(sessions.name)} (account_id, page_id, started_at, session_id)`,
    `create index ${names.index('idx_sync_state_completed')} on ${names.fn(sessions.name)} (account_id, page_id, finished_at, session_id) where status = 'completed'::text`,
    `create index ${names.index('idx_sync_state_finished')} on ${names.fn(sessions.name)} (account_id, finished_at, session_id) where finished_at IS NOT NULL`,
    `create index ${names.index('idx_sync_state_deadline')} on ${names.fn(sessions.name)} (account_id, deadline_at) where deadline_at IS NOT NULL`,
    openLikeSql(names, sessions.name, 'inboxes'),
    createClosedViewSql(names, 'sync_statistics', statisticsOf(names)),
  ],
  undo: ({ fn }) => [`drop view if exists ${fn('sync_statistics')}`, `drop table if exists ${fn(sessions.name)}`],
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

/** By inbox, as `syncStatistics` tells it. Durations are the time at work, of the sessions that were completed. */
function statisticsOf({ fn }: StepNames): string {
  return `select s.account_id, s.page_id, count(*) as sessions,
  count(*) filter (where s.status = 'completed') as completed,
  count(*) filter (where s.status = 'failed') as failed,
  count(*) filter (where s.status = 'superseded') as superseded,
  (count(*) filter (where s.status = 'completed'))::double precision / nullif(count(s.finished_at), 0) as completion_rate,
  sum(s.pages)::bigint as pages, sum(s.messages)::bigint as messages,
  percentile_disc(0.5) within group (order by s.elapsed_ms) filter (where s.status = 'completed') as p50_ms,
  percentile_disc(0.95) within group (order by s.elapsed_ms) filter (where s.status = 'completed') as p95_ms,
  (array_agg(s.last_error order by s.updated_at desc, s.session_id desc) filter (where s.last_error_code is not null))[1] as last_error,
  max(s.started_at) as last_started_at,
  max(s.finished_at) filter (where s.status = 'completed') as last_completed_at,
  (select case when l.expires_at > clock_timestamp() then 'ACTIVE' else 'EXPIRED' end from ${fn('leases')} l
   where l.account_id = s.account_id and l.kind = 'sync' and l.key = s.page_id) as lock_status
from ${fn('sync_state')} s
group by s.account_id, s.page_id`
}
