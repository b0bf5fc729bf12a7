import { ConversationStoreError } from '../../model/errors.js'
import { pushedHistoryMs, removedSyncSessions } from '../../model/limits.js'
import { waitingPhase } from '../../model/planning/sync-sessions.js'
import type { BeginSync, SyncSession, WriteStamp } from '../../store/adapter.js'
import { statementTimeOf } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { endedSessions } from '../ended-sessions.js'
import { withMark } from '../operation-marks.js'
import { flag } from '../readers.js'
import { syncRow, toSyncSession } from '../rows/sync-session.js'
import { type Fragment, raw, sql } from '../sql.js'

const decidedRow = columns({ is_refused: flag, is_contended: flag })

/**
 * Begins a session in one statement. It supersedes the unfinished one first, on whose row two calls at once wait for
 * each other; the unique index then lets one of them begin. What is found to be known is the call's own first sending.
 * Old sessions that another call removes at this moment are passed by. The inbox of a pushed one is locked before its
 * sessions, as news of its history lock them, and forgets the history once the session has begun.
 */
export async function beginSync(context: PostgresContext, input: WriteStamp & BeginSync): Promise<SyncSession> {
  const { sync_state, inboxes } = context.tables
  const { accountId, sessionId, oaId, source, origin, incremental, retainMs, operationId } = input
  const now = statementTimeOf(input)
  const isPushed = origin === 'pushed'
  const inbox = sql`b.account_id = ${accountId} and b.oa_id = ${oaId}`
  const [row] = await context.write(
    sql`with known as (
  select ${syncRow.stored('s')} from ${sync_state} s where s.account_id = ${accountId} and s.session_id = ${sessionId}
),
${isPushed ? sql`inbox as (select from ${inboxes} b where ${inbox} for no key update),` : raw('')}
fresh as (
  select where not exists (select from known)${raw(isPushed ? ' and exists (select from inbox)' : '')}
),
superseded as (
  update ${sync_state} s set status = 'superseded', updated_at = ${now}, finished_at = ${now}, deadline_at = null
  where s.account_id = ${accountId} and s.page_id = ${oaId} and s.origin = ${origin} and s.finished_at is null and exists (select from fresh)
  returning s.session_id
),
ended as (
  ${endedSessions(context, input)} and exists (select from fresh) and (s.page_id, s.origin) <> (${oaId}::text, ${origin}::text)
),
over as materialized (
  select o.session_id from ${sync_state} o
  where o.account_id = ${accountId} and o.finished_at is not null and o.finished_at <= ${now} - ${retainMs}::bigint * interval '1 millisecond'
    and (o.status <> 'completed' or exists (
      select from ${sync_state} l where l.account_id = ${accountId} and l.page_id = o.page_id and l.source = o.source and l.status = 'completed'
        and (l.finished_at, l.session_id) > (o.finished_at, o.session_id)))
  order by o.finished_at, o.session_id limit ${raw(String(removedSyncSessions))} for update of o skip locked
),
gone as (
  delete from ${sync_state} s where s.account_id = ${accountId} and s.session_id = any (array(select over.session_id from over))
),
begun as (
  insert into ${sync_state} as s (account_id, session_id, page_id, origin, source, status, phase, operation_id, started_at, updated_at,
    deadline_at, since_at, elapsed_ms, pages, conversations, created, messages, duplicates, invalid, unreadable)
  select ${accountId}::text, ${sessionId}::text, ${oaId}::text, ${origin}::text, ${source}::text, 'running', ${origin === 'pulled' ? 'list' : waitingPhase}::text, ${operationId}::text, ${now}, ${now},
    ${origin === 'pulled' ? raw('null::timestamptz') : sql`${now} + ${pushedHistoryMs}::bigint * interval '1 millisecond'`},
    case when ${incremental}::boolean then (
      select l.began_at from ${sync_state} l
      where l.account_id = ${accountId} and l.page_id = ${oaId} and l.source = ${source} and l.status = 'completed'
      order by l.finished_at desc, l.session_id desc limit 1) end,
    0, 0, 0, 0, 0, 0, 0, 0
  from (select count(*) from superseded) first
  where exists (select from fresh)
  on conflict do nothing
  returning ${syncRow.stored('s')}
)${isPushed ? forgotten(context, input, inbox, now) : raw('')}
select ${syncRow.list('found')}, found.session_id is null as is_contended, not exists (select from known) and not exists (select from fresh) as is_refused
from (select) one left join (
  select ${syncRow.stored('begun')} from begun union all select ${syncRow.stored('known')} from known
) found on true`,
    input,
  )
  if (row !== undefined && flag(decidedRow.of(row).is_refused)) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
  if (row === undefined || flag(decidedRow.of(row).is_contended)) throw new ConversationStoreError('CONTENTION', { attempts: 1 })
  return toSyncSession(row)
}

/** What the channel said of the history before this request counts no longer. */
function forgotten({ tables }: PostgresContext, { operationId }: WriteStamp, inbox: Fragment, now: Fragment): Fragment {
  return sql`,
forgotten as (
  update ${tables.inboxes} b
     set history_phase = null, history_chunk_order = null, history_progress = null, history_error = null, history_at = null,
         updated_at = case when b.history_at is null then b.updated_at else ${now} end,
         operations = ${withMark(raw('b.operations'), operationId, raw("'updated'"))}
   where ${inbox} and exists (select from begun)
)`
}
