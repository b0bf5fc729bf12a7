import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import type { RecordHistoryProgress } from '../../store/adapter.js'
import { statementTimeOf } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { forgottenSince, rememberedOutcome, unseen, withMark } from '../operation-marks.js'
import { flag } from '../readers.js'
import { inboxRow, toInbox } from '../rows/inbox.js'
import { type Fragment, raw, sql } from '../sql.js'

const markRow = columns({ forgotten: flag })

/**
 * Keeps how far the channel is with an inbox's history, in one statement. What is stored decides in it what moves, so
 * that of two bodies at once none takes the other back. Throws NOT_FOUND, and COMMIT_OUTCOME_UNKNOWN for a resent call
 * that may be forgotten.
 */
export async function recordHistoryProgress(context: PostgresContext, input: RecordHistoryProgress): Promise<Inbox> {
  const [row] = await context.write(progressStatement(context, input), input)
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
  if (flag(markRow.of(row).forgotten)) throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: input.operationId })
  return toInbox(row)
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
select changed.*, false as forgotten from changed
union all
select ${inboxRow.list('b')}, ${rememberedOutcome(raw('b.operations'), operationId)} is null and ${gone}
from ${tables.inboxes} b
where b.account_id = ${accountId} and b.oa_id = ${oaId} and not exists (select from changed)`
}
