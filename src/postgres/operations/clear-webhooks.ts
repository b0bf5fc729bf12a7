import type { ClearedWebhooks, WriteStamp } from '../../store/adapter.js'
import { statementTimeOf } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { flag, integer } from '../readers.js'
import { dueNow } from '../rows/webhook.js'
import { sql } from '../sql.js'

const clearedRow = columns({ cleared: integer, more: flag })

/**
 * Removes bodies whose time is over, the oldest first, and passes by those that another call has locked. One statement.
 */
export async function clearWebhooks(context: PostgresContext, input: WriteStamp & { readonly limit: number }): Promise<ClearedWebhooks> {
  const { webhook_journal } = context.tables
  const { accountId, limit } = input
  const [row = {}] = await context.write(
    sql`with over as materialized (
  select w.id from ${webhook_journal} w
  where w.account_id = ${accountId} and w.expires_at <= ${statementTimeOf(input)} and (w.due_at is null or w.due_at <= ${dueNow})
  order by w.expires_at, w.id limit ${limit}::integer + 1 for update skip locked
),
gone as (
  delete from ${webhook_journal} w
  where w.account_id = ${accountId} and w.id = any (array(select over.id from over limit ${limit}::integer))
  returning w.id
)
select (select count(*) from gone)::integer as cleared, (select count(*) from over) > ${limit}::integer as more`,
    input,
  )
  const { cleared, more } = clearedRow.of(row)
  return { cleared: integer(cleared), more: flag(more) }
}
