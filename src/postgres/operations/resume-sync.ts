import type { ResumeSync, SyncSession, WriteStamp } from '../../store/adapter.js'
import { nowOf } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { syncRow, toSyncSession } from '../rows/sync-session.js'
import { sql } from '../sql.js'

/** Goes on with a session that is unfinished. One statement. */
export async function resumeSync(context: PostgresContext, input: WriteStamp & ResumeSync): Promise<SyncSession | null> {
  const { accountId, sessionId, oaId, source } = input
  const [row] = await context.write(
    sql`update ${context.tables.sync_state} s
   set status = 'running', last_error_code = null, last_error = null, updated_at = ${nowOf(input)}
 where s.account_id = ${accountId} and s.session_id = ${sessionId} and s.page_id = ${oaId} and s.source = ${source}
   and s.origin = 'pulled' and s.finished_at is null
returning ${syncRow.list('s')}`,
    input,
  )
  return row === undefined ? null : toSyncSession(row)
}
