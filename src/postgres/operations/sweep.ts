import { waitingEventMs } from '../../model/limits.js'
import type { Sweep, SweepResult } from '../../store/adapter.js'
import { statementTimeOf } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { endedSessions, hasSessions } from '../ended-sessions.js'
import { flag, integer } from '../readers.js'
import { sql } from '../sql.js'

const sweptRow = columns({ expired: integer, more: flag, has_sessions: flag })

/**
 * Drops events that have waited too long, the longest first, and counts them on their contact inboxes, in one
 * statement. As every write does, it locks the heads of the contact inboxes by id before it deletes, and it deletes
 * only what still waits then. A second statement of the same transaction ends the pushed sessions of which nothing has
 * come.
 */
export async function sweep(context: PostgresContext, input: Sweep): Promise<SweepResult> {
  const { contact_inboxes, contact_interaction_events } = context.tables
  const { accountId, limit } = input
  const rows = await context.write(
    sql`with overdue as materialized (
  select e.id, e.contact_inbox_id from ${contact_interaction_events} e
  where e.account_id = ${accountId} and e.conversation_id is null
    and e.created_at <= ${statementTimeOf(input)} - ${waitingEventMs}::bigint * interval '1 millisecond'
  order by e.created_at, e.id limit ${limit}::integer + 1
),
taken as materialized (
  select overdue.id, overdue.contact_inbox_id from overdue limit ${limit}::integer
),
held as materialized (
  select head.id from ${contact_inboxes} head
  where head.account_id = ${accountId} and head.id = any (array(
    select coalesce(own.canonical_id, own.id) from ${contact_inboxes} own
    where own.account_id = ${accountId} and own.id = any (array(select taken.contact_inbox_id from taken))))
  order by head.id for no key update
),
gone as (
  delete from ${contact_interaction_events} e
  where e.account_id = ${accountId} and e.id = any (array(select taken.id from taken)) and e.conversation_id is null
    and (select count(*) from held) > 0
  returning e.contact_inbox_id
),
counted as (
  update ${contact_inboxes} ci set dropped_events = ci.dropped_events + dropped.events
  from (select gone.contact_inbox_id, count(*)::integer as events from gone group by gone.contact_inbox_id) dropped
  where ci.account_id = ${accountId} and ci.id = dropped.contact_inbox_id
)
select (select count(*) from gone)::integer as expired, (select count(*) from overdue) > ${limit}::integer as more,
  ${hasSessions(context)} as has_sessions`,
    input,
  )
  const [row] = rows
  if (row === undefined) throw new TypeError('a sweep came back without its counts')
  const { expired, more, has_sessions } = sweptRow.of(row)
  if (flag(has_sessions)) await context.write(endedSessions(context, input), input)
  return { expiredEvents: integer(expired), more: flag(more) }
}
