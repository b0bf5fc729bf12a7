import type { FindWebhookAccounts } from '../../store/adapter.js'
import { accountsIn } from '../accounts-in.js'
import { statementTimeOf } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { dueNow } from '../rows/webhook.js'
import { type Fragment, nothing, sql } from '../sql.js'

/** The accounts that have bodies, or bodies that are due or over. It shows no body. One statement. */
export async function findWebhookAccounts(context: PostgresContext, input: FindWebhookAccounts): Promise<readonly string[]> {
  return accountsIn(context, context.tables.webhook_journal, withWork(context, input), input)
}

function withWork({ tables: { webhook_journal } }: PostgresContext, input: FindWebhookAccounts): Fragment {
  if (input.of === 'all') return nothing
  return sql`and (
  (select w.due_at from ${webhook_journal} w where w.account_id = a.account_id and w.due_at is not null order by w.due_at limit 1) <= ${dueNow}
  or (select w.expires_at from ${webhook_journal} w where w.account_id = a.account_id order by w.expires_at limit 1) <= ${statementTimeOf(input)})`
}
