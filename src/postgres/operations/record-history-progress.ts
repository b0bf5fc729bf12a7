import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import { pushedHistoryMs } from '../../model/limits.js'
import { type PushedStep, pagesOf, pushedSource, pushedStep } from '../../model/planning/sync-sessions.js'
import type { RecordHistoryProgress } from '../../store/adapter.js'
import { nowOf, statementTimeOf } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { hasSessions } from '../ended-sessions.js'
import { forgottenSince, seen, withMark } from '../operation-marks.js'
import { flag } from '../readers.js'
import { inboxRow, toInbox } from '../rows/inbox.js'
import { type Fragment, raw, sql } from '../sql.js'

const markRow = columns({ forgotten: flag, is_news: flag, moved: flag })

/**
 * Keeps how far the channel is with an inbox's history, and moves its session, in one transaction. What is stored of
 * the inbox decides in the first statement what moves, under the lock of its row, which is held from then on. So of two
 * bodies at once none takes the other back. Throws NOT_FOUND, and COMMIT_OUTCOME_UNKNOWN for a resent call
 * that may be forgotten.
 */
export async function recordHistoryProgress(context: PostgresContext, input: RecordHistoryProgress): Promise<Inbox> {
  const [row] = await context.write(progressStatement(context, input), input)
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
  if (flag(markRow.of(row).forgotten)) throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: input.operationId })
  const inbox = toInbox(row)
  if (!flag(markRow.of(row).moved)) return inbox
  const isNews = flag(markRow.of(row).is_news) && inbox.history !== null
  const step =
    isNews && inbox.history !== null
      ? newsStatement(context, input, pushedSource(inbox.channel), pushedStep(inbox.history))
      : aliveStatement(context, input)
  await context.write(step, input)
  return inbox
}

function timesOf(input: RecordHistoryProgress): Fragment {
  return sql`(select n.at, n.at + ${pushedHistoryMs}::bigint * interval '1 millisecond' as deadline from (select ${nowOf(input)} as at) n) now`
}

/** What each body changes of a session, but for its pages and its end. */
function counted({ brought, operationId }: RecordHistoryProgress): Fragment {
  const { conversations, created, messages, duplicates } = brought
  return sql`conversations = s.conversations + ${conversations}::bigint, created = s.created + ${created}::bigint,
         messages = s.messages + ${messages}::bigint, duplicates = s.duplicates + ${duplicates}::bigint, updated_at = now.at,
         elapsed_ms = greatest(s.elapsed_ms, round(extract(epoch from now.at - s.started_at) * 1000)::bigint), operation_id = ${operationId}`
}

function unfinished({ accountId, oaId }: RecordHistoryProgress): Fragment {
  return sql`s.account_id = ${accountId} and s.page_id = ${oaId} and s.origin = 'pushed' and s.finished_at is null`
}

/** Notes that the channel is still at work, though it says nothing new of how far it is. */
function aliveStatement({ tables }: PostgresContext, input: RecordHistoryProgress): Fragment {
  return sql`update ${tables.sync_state} s
     set pages = s.pages + ${pagesOf(input.brought)}::bigint, deadline_at = now.deadline, ${counted(input)}
    from ${timesOf(input)}
   where ${unfinished(input)}`
}

/** Moves the pushed session of the inbox that can be gone on with, or begins one. */
function newsStatement({ tables }: PostgresContext, input: RecordHistoryProgress, source: string, step: PushedStep): Fragment {
  const { accountId, oaId, sessionId, operationId } = input
  const { conversations, created, messages, duplicates } = input.brought
  const { status, phase, progress, isOver, error } = step
  const times = timesOf(input)
  const over = sql`case when ${isOver}::boolean then now.at end`
  const deadline = sql`case when not ${isOver}::boolean then now.deadline end`
  return sql`with moved as (
  update ${tables.sync_state} s
     set status = ${status}, phase = ${phase}, progress = ${progress}::integer, pages = s.pages + 1, ${counted(input)},
         finished_at = ${over}, deadline_at = ${deadline}, last_error_code = ${error?.code ?? null}::text,
         last_error = ${error?.message ?? null}::text
    from ${times}
   where ${unfinished(input)}
  returning s.session_id
)
insert into ${tables.sync_state} (account_id, session_id, page_id, origin, source, status, phase, operation_id, started_at, updated_at,
  finished_at, deadline_at, elapsed_ms, pages, conversations, created, messages, duplicates, invalid, unreadable, progress, last_error_code, last_error)
select ${accountId}::text, ${sessionId}::text, ${oaId}::text, 'pushed', ${source}::text, ${status}::text, ${phase}::text, ${operationId}::text, now.at, now.at,
  ${over}, ${deadline}, 0, 1, ${conversations}::bigint, ${created}::bigint, ${messages}::bigint, ${duplicates}::bigint, 0, 0, ${progress}::integer, ${error?.code ?? null}::text, ${error?.message ?? null}::text
from ${times} where not exists (select from moved)`
}

function progressStatement(context: PostgresContext, input: RecordHistoryProgress): Fragment {
  const { tables } = context
  const { accountId, oaId, operationId, firstSentAt, phase, chunkOrder, progress, errorCode } = input
  const now = statementTimeOf(input)
  const gone = forgottenSince(raw('b.operations'), firstSentAt)
  const isFurther = sql`(coalesce(${phase}::integer, -1), coalesce(${chunkOrder}::integer, -1))
      > (coalesce(b.history_phase, -1), coalesce(b.history_chunk_order, -1))`
  const hasMore = sql`coalesce(${progress}::integer, -1) > coalesce(b.history_progress, -1)`
  const isError = sql`(${errorCode}::text is not null and coalesce(b.history_progress, 0) < 100)`
  const isNews = sql`(${isFurther} or ${hasMore} or (${isError} and b.history_error is distinct from ${errorCode}::text))`
  return sql`with held as (
  select ${seen(raw('b.operations'), operationId)} as is_seen, ${gone} as is_gone, ${isNews} as is_news
  from ${tables.inboxes} b where b.account_id = ${accountId} and b.oa_id = ${oaId} for no key update
),
changed as (
  update ${tables.inboxes} b
     set history_phase = case when ${isFurther} then ${phase}::integer else b.history_phase end,
         history_chunk_order = case when ${isFurther} then ${chunkOrder}::integer else b.history_chunk_order end,
         history_progress = greatest(b.history_progress, ${progress}::integer),
         history_error = case when ${isError} then ${errorCode}::text when ${isFurther} or ${hasMore} then null else b.history_error end,
         history_at = case when held.is_news then ${now} else b.history_at end,
         updated_at = case when held.is_news then ${now} else b.updated_at end,
         operations = ${withMark(raw('b.operations'), operationId, raw("'updated'"))}
    from held
   where b.account_id = ${accountId} and b.oa_id = ${oaId} and not held.is_seen and not held.is_gone
  returning ${inboxRow.list('b')}, held.is_news
)
select changed.*, false as forgotten, ${hasSessions(context)} as moved from changed
union all
select ${inboxRow.list('b')}, false, not held.is_seen and held.is_gone, false
from ${tables.inboxes} b, held
where b.account_id = ${accountId} and b.oa_id = ${oaId} and not exists (select from changed)`
}
