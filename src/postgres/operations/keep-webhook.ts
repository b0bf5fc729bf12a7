import type { KeepWebhook, WriteStamp } from '../../store/adapter.js'
import { nowOf } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { time } from '../readers.js'
import { leaseNow } from '../rows/lease.js'
import { sql } from '../sql.js'

const keptRow = columns({ received_at: time })

/**
 * Keeps a body, with the claim of whoever works on it first. One statement. A call that is sent again finds the row of
 * its first attempt, which was committed before.
 */
export async function keepWebhook(context: PostgresContext, input: WriteStamp & KeepWebhook): Promise<Date> {
  const { accountId, id, channel, provider, oaId, inboxes, body, retainMs, holder, claimMs, operationId } = input
  const { webhook_journal } = context.tables
  const [row = {}] = await context.write(
    sql`with kept as (
  insert into ${webhook_journal} (account_id, id, channel, provider, oa_id, inboxes, body, holder, operation_id, outcome, token,
  attempts, received_at, expires_at, due_at)
select ${accountId}::text, ${id}::text, ${channel}::text, ${provider}::text, ${oaId}::text, ${JSON.stringify(inboxes)}::jsonb, ${body}::text,
  ${holder}::text, ${operationId}::text, 'waiting', 1, 1, received.at, received.at + ${retainMs}::bigint * interval '1 millisecond',
  ${leaseNow} + ${claimMs}::bigint * interval '1 millisecond'
from (select ${nowOf(input)} as at) received
on conflict (account_id, id) do nothing
returning received_at
)
select ${keptRow.list('found')} from (
  select kept.received_at from kept
  union all select w.received_at from ${webhook_journal} w where w.account_id = ${accountId} and w.id = ${id} and not exists (select from kept)
) found`,
    input,
  )
  return time(keptRow.of(row).received_at)
}
