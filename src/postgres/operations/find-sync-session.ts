import type { Scoped, SyncSession } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { syncRow, toSyncSession } from '../rows/sync-session.js'
import { sql } from '../sql.js'

export async function findSyncSession(
  context: PostgresContext,
  input: Scoped & { readonly sessionId: string },
): Promise<SyncSession | null> {
  const [row] = await context.read(
    sql`select ${syncRow.list('s')} from ${context.tables.sync_state} s where s.account_id = ${input.accountId} and s.session_id = ${input.sessionId}`,
    input,
  )
  return row === undefined ? null : toSyncSession(row)
}
