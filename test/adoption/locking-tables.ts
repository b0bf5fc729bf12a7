import { escapeIdentifier } from 'pg'
import type { LegacyHost } from './legacy-host.js'
import { pgliteHost, postgresHost } from './postgres-host.js'

export type SqlHost = LegacyHost & {
  readonly schema: string
  readonly query: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>
}

/** A host of the kind whose conversations have a sender and a page, with events. */
async function withChats(host: SqlHost): Promise<SqlHost> {
  const at = escapeIdentifier(host.schema)
  await host.query(`create table ${at}.messenger_conversations (id bigint generated always as identity primary key, conversation_id text unique,
  page_id text, sender_id text, sender_name text)`)
  await host.query(`create table ${at}.contact_interaction_events (id bigint generated always as identity primary key, conversation_id text,
  event_type text, message_id text, event_timestamp timestamptz, payload jsonb)`)
  await host.query(`insert into ${at}.messenger_conversations (conversation_id, page_id, sender_id, sender_name)
  select 't' || n, 'page', 'customer-' || n, 'Customer' from generate_series(1, 20) n`)
  await host.query(`insert into ${at}.contact_interaction_events (conversation_id, event_type, message_id, event_timestamp)
  select 't' || n, k, case when k = 'message' then 'm' || n end, timestamptz '2026-01-01' + n * interval '1 minute'
  from generate_series(1, 20) n cross join unnest(array['message', 'read']) k`)
  return host
}

export const sqlHosts: readonly (readonly [string, () => Promise<SqlHost>])[] = [
  ['PostgreSQL', async () => withChats(await postgresHost())],
  ['PGlite', async () => withChats(await pgliteHost())],
]

/** Adds events that are there already: three of the first conversation's message, and one reading of the second. */
export async function addDoubles({ query, schema }: SqlHost): Promise<void> {
  const at = escapeIdentifier(schema)
  await query(`insert into ${at}.contact_interaction_events (conversation_id, event_type, message_id, event_timestamp)
  select conversation_id, event_type, message_id, event_timestamp + n * interval '1 second' from ${at}.contact_interaction_events, generate_series(1, 3) n
  where message_id = 'm1'`)
  await query(`insert into ${at}.contact_interaction_events (conversation_id, event_type, message_id, event_timestamp)
  select conversation_id, event_type, message_id, event_timestamp from ${at}.contact_interaction_events where event_type = 'read' and conversation_id = 't2'`)
}

/** Everything of a schema but the helper's own tables: its relations, functions and indexes, columns, and all rows. */
export async function wholeOf({ query, schema }: SqlHost): Promise<unknown> {
  const at = escapeIdentifier(schema)
  const objects = await query(
    `select relname::text as name, relkind::text as kind from pg_class where relnamespace = $1::regnamespace and relname not like 'conversation_store%'
union all select proname, 'f' from pg_proc where pronamespace = $1::regnamespace
union all select table_name || '.' || column_name, data_type from information_schema.columns where table_schema = $2 and table_name not like 'conversation_store%' order by 1, 2`,
    [at, schema],
  )
  const rows = await Promise.all(
    ['messenger_conversations', 'contact_interaction_events'].map((table) =>
      query(`select row_to_json(t)::text as row from ${at}.${table} t order by id`),
    ),
  )
  return { objects, rows }
}
