import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import { pushedHistoryMs } from '../../model/limits.js'
import { type PushedStep, pushedSource, pushedStep } from '../../model/planning/sync-sessions.js'
import type { RecordHistoryProgress } from '../../store/adapter.js'
import { nowOf, statementTimeOf } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { forgottenSince, rememberedOutcome, unseen, withMark } from '../operation-marks.js'
import { flag } from '../readers.js'
import { inboxRow, toInbox } from '../rows/inbox.js'
import { type Fragment, raw, sql } from '../sql.js'

const markRow = columns({ forgotten: flag, moved: flag })

/**
 * Keeps how far the channel is with an inbox's history, and moves its session, in one transaction. What is stored of
 * the inbox decides in the first statement what moves, so that of two bodies at once none takes the other back, and the
 * inbox's row is locked from then on. Throws NOT_FOUND, and COMMIT_OUTCOME_UNKNOWN for a resent call
 * that may be forgotten.
 */
export async function recordHistoryProgress(context: PostgresContext, input: RecordHistoryProgress): Promise<Inbox> {
  const [row] = await context.write(progressStatement(context, input), input)
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
  if (flag(markRow.of(row).forgotten)) throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: input.operationId })
  const inbox = toInbox(row)
  if (flag(markRow.of(row).moved) && inbox.history !== null) {
    await context.write(sessionStatement(context, input, pushedSource(inbox.channel), pushedStep(inbox.history)), input)
  }
  return inbox
}

/** Moves the pushed session of the inbox that can be gone on with, or begins one. */
function sessionStatement({ tables }: PostgresContext, input: RecordHistoryProgress, source: string, step: PushedStep): Fragment {
  const { accountId, oaId, sessionId, operationId } = input
  const { status, phase, progress, isOver, error } = step
  const times = sql`(select n.at, n.at + ${pushedHistoryMs}::bigint * interval '1 millisecond' as deadline from (select ${nowOf(input)} as at) n) now`
  const over = sql`case when ${isOver}::boolean then now.at end`
  const deadline = sql`case when not ${isOver}::boolean then now.deadline end`
  return sql`with moved as (
  update ${tables.sync_state} s
     set status = ${status}, phase = ${phase}, progress = ${progress}::integer, pages = s.pages + 1, updated_at = now.at,
         finished_at = ${over}, deadline_at = ${deadline}, last_error_code = ${error?.code ?? null}::text,
         last_error = ${error?.message ?? null}::text, operation_id = ${operationId}
    from ${times}
   where s.account_id = ${accountId} and s.page_id = ${oaId} and s.origin = 'pushed' and s.finished_at is null
  returning s.session_id
)
insert into ${tables.sync_state} (account_id, session_id, page_id, origin, source, status, phase, operation_id, started_at, updated_at,
  finished_at, deadline_at, elapsed_ms, pages, conversations, created, messages, duplicates, invalid, unreadable, progress, last_error_code, last_error)
select ${accountId}::text, ${sessionId}::text, ${oaId}::text, 'pushed', ${source}::text, ${status}::text, ${phase}::text, ${operationId}::text, now.at, now.at,
  ${over}, ${deadline}, 0, 1, 0, 0, 0, 0, 0, 0, ${progress}::integer, ${error?.code ?? null}::text, ${error?.message ?? null}::text
from ${times} where not exists (select from moved)`
}

function progressStatement({ tables }: PostgresContext, input: RecordHistoryProgress): Fragment {
  const { accountId, oaId, operationId, firstSentAt, phase, chunkOrder, progress, errorCode } = input
  const now = statementTimeOf(input)
  const gone = forgottenSince(raw('b.operations'), firstSentAt)
  const isFurther = sql`(coalesce(${phase}::integer, -1), coalesce(${chunkOrder}::integer, -1))
      > (coalesce(b.history_phase, -1), coalesce(b.history_chunk_order, -1))`
  const hasMore = sql`coalesce(${progress}::integer, -1) > coalesce(b.history_progress, -1)`
  const isError = sql`(${errorCode}::text is not null and coalesce(b.history_progress, 0) < 100)`
  return sql`with changed as (
  update ${tables.inboxes} b
     set history_phase = case when ${isFurther} then ${phase}::integer else b.history_phase end,
         history_chunk_order = case when ${isFurther} then ${chunkOrder}::integer else b.history_chunk_order end,
         history_progress = greatest(b.history_progress, ${progress}::integer),
         history_error = case when ${isError} then ${errorCode}::text when ${isFurther} or ${hasMore} then null else b.history_error end,
         history_at = ${now}, updated_at = ${now},
         operations = ${withMark(raw('b.operations'), operationId, raw("'updated'"))}
   where b.account_id = ${accountId} and b.oa_id = ${oaId}
     and (${isFurther} or ${hasMore} or (${isError} and b.history_error is distinct from ${errorCode}::text))
     and ${unseen(raw('b.operations'), operationId)} and not ${gone}
  returning ${inboxRow.list('b')}
)
select changed.*, false as forgotten, true as moved from changed
union all
select ${inboxRow.list('b')}, ${rememberedOutcome(raw('b.operations'), operationId)} is null and ${gone}, false
from ${tables.inboxes} b
where b.account_id = ${accountId} and b.oa_id = ${oaId} and not exists (select from changed)`
}
