import type { FailSync, SyncSession, WriteStamp } from '../../store/adapter.js'
import { nowOf } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { syncRow, toSyncSession } from '../rows/sync-session.js'
import { sql } from '../sql.js'

/** Notes why a run ended. One statement, which a call that is sent again finds done. */
export async function failSync(context: PostgresContext, input: WriteStamp & FailSync): Promise<SyncSession | null> {
  const { accountId, sessionId, error, elapsedMs, operationId } = input
  const [row] = await context.write(
    sql`update ${context.tables.sync_state} s
   set status = 'failed', last_error_code = ${error.code}, last_error = ${error.message}, updated_at = ${nowOf(input)},
       elapsed_ms = s.elapsed_ms + case when s.operation_id = ${operationId}::text then 0 else ${elapsedMs}::bigint end,
       operation_id = ${operationId}
 where s.account_id = ${accountId} and s.session_id = ${sessionId} and s.finished_at is null
returning ${syncRow.list('s')}`,
    input,
  )
  return row === undefined ? null : toSyncSession(row)
}
