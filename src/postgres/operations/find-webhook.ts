import type { KeptWebhookBody, Scoped } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { contentRow, toKeptBody, webhookRow } from '../rows/webhook.js'
import { sql } from '../sql.js'

/** A kept body with its content. One statement. */
export async function findWebhook(context: PostgresContext, input: Scoped & { readonly id: string }): Promise<KeptWebhookBody | null> {
  const [row] = await context.read(
    sql`select ${webhookRow.list('w')}, ${contentRow.list('w')} from ${context.tables.webhook_journal} w
where w.account_id = ${input.accountId} and w.id = ${input.id}`,
    input,
  )
  return row === undefined ? null : toKeptBody(row)
}
