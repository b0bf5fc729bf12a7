import type { KeptWebhook, ListWebhooks } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { boundTime } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { toKeptWebhook, webhookRow } from '../rows/webhook.js'
import { type Fragment, nothing, raw, sql } from '../sql.js'

/** The account's kept bodies without their contents, the newest first. One statement. */
export async function listWebhooks(context: PostgresContext, input: ListWebhooks): Promise<AdapterPage<KeptWebhook>> {
  const { since, channel, limit, after } = input
  const [milliseconds, id] = after ?? []
  const rows = await context.read(
    sql`select ${webhookRow.list('w')} from ${context.tables.webhook_journal} w
where w.account_id = ${input.accountId}
${since === null ? nothing : sql`and w.received_at >= ${boundTime(since)}`}
${channel === null ? nothing : sql`and w.channel = ${channel}`}
${withOutcome(input)}
${id === undefined ? nothing : sql`and (w.received_at, w.id) < (${boundTime(new Date(Number(milliseconds)))}, ${id}::text)`}
order by w.received_at desc, w.id desc limit ${limit + 1}::integer`,
    input,
  )
  return pageOf(rows, limit, toKeptWebhook)
}

/** `failed` stands in the text, because the index of the bodies that failed serves no query that leaves it open. */
function withOutcome({ outcome }: ListWebhooks): Fragment {
  if (outcome === null) return nothing
  return outcome === 'failed' ? raw("and w.outcome = 'failed'") : sql`and w.outcome = ${outcome}`
}
