import type { FindWebhookAccounts } from '../../store/adapter.js'
import { statementTimeOf } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { text } from '../readers.js'
import { dueNow } from '../rows/webhook.js'
import { type Fragment, nothing, sql } from '../sql.js'

const accountRow = columns({ account_id: text })

/**
 * The accounts that have bodies, or bodies that are due or over. It names no account and shows no body: it goes from
 * each account of the journal to the next, by an index. One statement.
 */
export async function findWebhookAccounts(context: PostgresContext, input: FindWebhookAccounts): Promise<readonly string[]> {
  const { webhook_journal } = context.tables
  const rows = await context.read(
    sql`with recursive accounts as (
  (select w.account_id from ${webhook_journal} w order by w.account_id limit 1)
  union all
  select (select w.account_id from ${webhook_journal} w where w.account_id > a.account_id order by w.account_id limit 1)
  from accounts a where a.account_id is not null
)
select a.account_id from accounts a
where a.account_id is not null ${withWork(context, input)}
limit ${input.limit}::integer`,
    input,
  )
  return rows.map((row) => text(accountRow.of(row).account_id))
}

function withWork({ tables: { webhook_journal } }: PostgresContext, input: FindWebhookAccounts): Fragment {
  if (input.of === 'all') return nothing
  return sql`and (
  (select w.due_at from ${webhook_journal} w where w.account_id = a.account_id and w.due_at is not null order by w.due_at limit 1) <= ${dueNow}
  or (select w.expires_at from ${webhook_journal} w where w.account_id = a.account_id order by w.expires_at limit 1) <= ${statementTimeOf(input)})`
}
