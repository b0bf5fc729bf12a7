import type { TakenWebhook, TakeWebhooks, WriteStamp } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { leaseNow } from '../rows/lease.js'
import { contentRow, dueNow, toTakenWebhook, webhookRow } from '../rows/webhook.js'
import { type Fragment, sql } from '../sql.js'

/**
 * Takes up bodies that are due, or the named ones, and passes by those that another call is taking. One statement. What
 * this call took before is its own, so a call that is sent again gets it with the same token.
 */
export async function takeWebhooks(context: PostgresContext, input: WriteStamp & TakeWebhooks): Promise<readonly TakenWebhook[]> {
  const { webhook_journal } = context.tables
  const { accountId, limit, holder, claimMs, operationId } = input
  const rows = await context.write(
    sql`with due as materialized (
  select w.id from ${webhook_journal} w
  where w.account_id = ${accountId} and ${wanted(input)}
  order by w.due_at nulls first, w.id limit ${limit}::integer for update skip locked
),
taken as (
  update ${webhook_journal} w
     set token = w.token + case when w.operation_id = ${operationId} then 0 else 1 end,
         attempts = w.attempts + case when w.operation_id = ${operationId} then 0 else 1 end,
         outcome = 'waiting', holder = ${holder}, operation_id = ${operationId},
         due_at = ${leaseNow} + ${claimMs}::bigint * interval '1 millisecond'
   where w.account_id = ${accountId} and w.id = any (array(select due.id from due))
  returning ${webhookRow.stored('w')}, ${contentRow.stored('w')}
)
select ${webhookRow.list('taken')}, ${contentRow.list('taken')} from taken order by taken.received_at, taken.id`,
    input,
  )
  return rows.map(toTakenWebhook)
}

function wanted({ ids, operationId }: WriteStamp & TakeWebhooks): Fragment {
  const isFree = sql`(w.due_at <= ${dueNow} or w.operation_id = ${operationId})`
  if (ids === null) return sql`w.due_at is not null and ${isFree}`
  return sql`w.id = any (array(select x.id from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) x(id))) and (w.due_at is null or ${isFree})`
}
