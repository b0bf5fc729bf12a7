import type { ListSyncStatistics, SyncStatistics } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { PostgresContext } from '../context.js'
import { leaseNow } from '../rows/lease.js'
import { statisticsRow, toStatistics } from '../rows/sync-statistics.js'
import { nothing, sql } from '../sql.js'

/** How the syncs of each inbox went. One statement, which the index of the inboxes' sessions gives them in order. */
export async function syncStatistics(context: PostgresContext, input: ListSyncStatistics): Promise<AdapterPage<SyncStatistics>> {
  const { sync_state, leases } = context.tables
  const { accountId, oaId, limit, after } = input
  const [afterOaId] = after ?? []
  const rows = await context.read(
    sql`select ${statisticsRow.list('t')}
from (
  select s.account_id, s.page_id, count(*) as sessions,
    count(*) filter (where s.status = 'completed') as completed,
    count(*) filter (where s.status = 'failed') as failed,
    count(*) filter (where s.status = 'superseded') as superseded,
    count(s.finished_at) as ended,
    sum(s.pages) as pages, sum(s.messages) as messages,
    percentile_disc(0.5) within group (order by s.elapsed_ms) filter (where s.status = 'completed') as p50_ms,
    percentile_disc(0.95) within group (order by s.elapsed_ms) filter (where s.status = 'completed') as p95_ms,
    (array_agg(s.last_error_code order by s.updated_at desc, s.session_id desc) filter (where s.last_error_code is not null))[1] as last_error_code,
    (array_agg(s.last_error order by s.updated_at desc, s.session_id desc) filter (where s.last_error_code is not null))[1] as last_error,
    max(s.started_at) as last_started_at,
    max(s.finished_at) filter (where s.status = 'completed') as last_completed_at,
    (select case when l.expires_at > ${leaseNow} then 'ACTIVE' else 'EXPIRED' end from ${leases} l
     where l.account_id = ${accountId} and l.kind = 'sync' and l.key = s.page_id limit 1) as lock_status
  from ${sync_state} s
  where s.account_id = ${accountId} ${oaId === null ? nothing : sql`and s.page_id = ${oaId}`}
  ${afterOaId === undefined ? nothing : sql`and s.page_id > ${afterOaId}::text`}
  group by s.account_id, s.page_id
  order by s.page_id limit ${limit + 1}::integer
) t
order by t.page_id`,
    input,
  )
  return pageOf(rows, limit, toStatistics)
}
