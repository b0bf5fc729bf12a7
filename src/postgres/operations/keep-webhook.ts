import type { KeepWebhook, WriteStamp } from '../../store/adapter.js'
import { nowOf } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { leaseNow } from '../rows/lease.js'
import { sql } from '../sql.js'

/** Keeps a body, with the claim of whoever works on it first. One statement. */
export async function keepWebhook(context: PostgresContext, input: WriteStamp & KeepWebhook): Promise<void> {
  const { accountId, id, channel, provider, oaId, inboxes, body, retainMs, holder, claimMs, operationId } = input
  await context.write(
    sql`insert into ${context.tables.webhook_journal} (account_id, id, channel, provider, oa_id, inboxes, body, holder, operation_id, outcome, token,
  attempts, received_at, expires_at, due_at)
select ${accountId}::text, ${id}::text, ${channel}::text, ${provider}::text, ${oaId}::text, ${JSON.stringify(inboxes)}::jsonb, ${body}::text,
  ${holder}::text, ${operationId}::text, 'waiting', 1, 1, received.at, received.at + ${retainMs}::bigint * interval '1 millisecond',
  ${leaseNow} + ${claimMs}::bigint * interval '1 millisecond'
from (select ${nowOf(input)} as at) received
on conflict (account_id, id) do nothing`,
    input,
  )
}
