import type { BenchDatabase } from './database.js'

/** Describes what the tables of a schema hold in numbers that are the same for every rival that did the same work. */
export async function tally(database: BenchDatabase, schema: string): Promise<string> {
  const rows = await database.query<object>(`select
    (select count(*) from ${schema}.contacts) as contacts,
    (select count(*) from ${schema}.contact_inboxes) as contact_inboxes,
    (select count(distinct (conversation_id, seq)) from ${schema}.messages) as messages,
    (select count(distinct (conversation_id, event_seq)) from ${schema}.contact_interaction_events where type = 'message') as events,
    (select count(*) from ${schema}.messages m join ${schema}.conversations c on c.account_id = m.account_id and c.last_message_row_id = m.id
      where c.last_message_preview = left(m.text, 160) and c.last_message_at = m.occurred_at and c.last_activity_at >= m.occurred_at
        and c.window_expires_at = m.occurred_at + interval '24 hours') as previews,
    count(*) as conversations, sum(version) as versions, sum(unread_count) as unread, sum(last_seq) as last_seqs, sum(last_event_seq) as last_event_seqs,
    count(distinct nickname) as nicknames, count(*) filter (where contact_id in (select id from ${schema}.contacts)) as with_contacts
    from ${schema}.conversations`)
  return JSON.stringify(rows[0])
}

/**
 * Throws if one rival's rows differ from the first one's. The first one's also have to differ from `before`, which
 * shows that all of them did the job.
 */
export async function requireSameRows(database: BenchDatabase, schemas: readonly string[], before: string): Promise<void> {
  const [first, ...rest] = schemas
  if (first === undefined) throw new TypeError('there is nothing to compare')
  const expected = await tally(database, first)
  if (expected === before) throw new Error(`${first} wrote nothing`)
  for (const schema of rest) {
    const found = await tally(database, schema)
    if (found !== expected) throw new Error(`${schema} wrote ${found}\n${first} wrote ${expected}`)
  }
}
