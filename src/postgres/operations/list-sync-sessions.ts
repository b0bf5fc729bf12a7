import type { ListSyncSessions, SyncSession } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { boundTime } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { syncRow, toSyncSession } from '../rows/sync-session.js'
import { nothing, sql } from '../sql.js'

/** The account's sessions, those that began last first. One statement. */
export async function listSyncSessions(context: PostgresContext, input: ListSyncSessions): Promise<AdapterPage<SyncSession>> {
  const { oaId, status, limit, after } = input
  const [milliseconds, id] = after ?? []
  const rows = await context.read(
    sql`select ${syncRow.list('s')} from ${context.tables.sync_state} s
where s.account_id = ${input.accountId}
${oaId === null ? nothing : sql`and s.page_id = ${oaId}`}
${status === null ? nothing : sql`and s.status = ${status}`}
${id === undefined ? nothing : sql`and (s.started_at, s.session_id) < (${boundTime(new Date(Number(milliseconds)))}, ${id}::text)`}
order by s.started_at desc, s.session_id desc limit ${limit + 1}::integer`,
    input,
  )
  return pageOf(rows, limit, toSyncSession)
}
