import { countWritten, sessionOf, sessionOfPage } from '../../model/planning/sync-sessions.js'
import type { SyncSession, WriteStamp, WriteSyncPage } from '../../store/adapter.js'
import { boundTimeOrNull, nowOf } from '../clock.js'
import type { Row } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { text } from '../readers.js'
import { movedRow, syncRow, toSyncSession } from '../rows/sync-session.js'
import { sql } from '../sql.js'
import { upsertConversations } from './upsert-conversations.js'

/**
 * Writes a page and moves its session: three statements of one transaction. The first locks the session, so that of two
 * processes with the same page one waits, and finds that the other one has written it. Only the second can fail
 * then, and leaves nothing behind.
 */
export async function writeSyncPage(context: PostgresContext, input: WriteStamp & WriteSyncPage): Promise<SyncSession> {
  const { sync_state } = context.tables
  const { accountId, sessionId, items, operationId } = input
  const [locked] = await context.write(
    sql`select ${syncRow.list('s')}, ${movedRow.list('s')} from ${sync_state} s
where s.account_id = ${accountId} and s.session_id = ${sessionId} for update`,
    input,
  )
  const { row, isWritten } = sessionOfPage(locked === undefined ? null : toSyncRow(locked), operationId, input)
  if (isWritten) return sessionOf(row)
  // The session tells that nothing of this call was written before, so the items need not.
  const results = items.length === 0 ? [] : await upsertConversations(context, { ...input, atomic: true, firstSentAt: null })
  const { created, messages, duplicates } = countWritten(items, results)
  const now = nowOf(input)
  const { conversations, invalid, unreadable, phase, cursor, walk, beganAt, isLast, elapsedMs } = input
  const [moved = {}] = await context.write(
    sql`update ${sync_state} s
   set status = case when ${isLast}::boolean then 'completed' else 'running' end, phase = ${phase}, cursor = ${cursor}, walk = ${walk},
       began_at = coalesce(s.began_at, ${boundTimeOrNull(beganAt)}),
       pages = s.pages + 1, conversations = s.conversations + ${conversations}::integer, created = s.created + ${created}::integer,
       messages = s.messages + ${messages}::integer, duplicates = s.duplicates + ${duplicates}::integer,
       invalid = s.invalid + ${invalid}::integer, unreadable = s.unreadable + ${unreadable}::integer,
       updated_at = n.now, finished_at = case when ${isLast}::boolean then n.now end, elapsed_ms = s.elapsed_ms + ${elapsedMs}::bigint,
       last_error_code = null, last_error = null, operation_id = ${operationId}
  from (select ${now} as now) n
 where s.account_id = ${accountId} and s.session_id = ${sessionId}
returning ${syncRow.list('s')}`,
    input,
  )
  return toSyncSession(moved)
}

function toSyncRow(found: Row) {
  return { ...toSyncSession(found), operationId: text(movedRow.of(found).operation_id) }
}
