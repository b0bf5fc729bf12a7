import type { SettleWebhook, WriteStamp } from '../../store/adapter.js'
import { nowOf } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { leaseNow } from '../rows/lease.js'
import { sql } from '../sql.js'

/** Writes what became of a body, unless somebody else took it up since. One statement. */
export async function settleWebhook(context: PostgresContext, input: WriteStamp & SettleWebhook): Promise<boolean> {
  const { accountId, id, token, outcome, report, retryInMs } = input
  const rows = await context.write(
    sql`update ${context.tables.webhook_journal} w
   set outcome = ${outcome}, report = ${JSON.stringify(report)}::jsonb, worked_at = ${nowOf(input)},
       due_at = ${leaseNow} + ${retryInMs}::bigint * interval '1 millisecond'
 where w.account_id = ${accountId} and w.id = ${id} and w.token = ${token}::bigint
returning w.id`,
    input,
  )
  return rows.length > 0
}
