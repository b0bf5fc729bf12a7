import type { RenewWebhook, WriteStamp } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { leaseNow } from '../rows/lease.js'
import { sql } from '../sql.js'

/** Lets the claim on a body end later, unless somebody else took it up since. One statement. */
export async function renewWebhook(context: PostgresContext, input: WriteStamp & RenewWebhook): Promise<boolean> {
  const { accountId, id, token, claimMs } = input
  const rows = await context.write(
    sql`update ${context.tables.webhook_journal} w
   set due_at = ${leaseNow} + ${claimMs}::bigint * interval '1 millisecond'
 where w.account_id = ${accountId} and w.id = ${id} and w.token = ${token}::bigint and w.due_at is not null
returning w.id`,
    input,
  )
  return rows.length > 0
}
