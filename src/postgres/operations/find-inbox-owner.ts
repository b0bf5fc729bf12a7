import type { InboxOwner } from '../../model/records.js'
import type { PostgresContext } from '../context.js'
import { text } from '../rows.js'
import { sql } from '../sql.js'

interface FindInboxOwner {
  readonly channel: string
  readonly oaId: string
  readonly signal: AbortSignal | null
}

/** Whose a channel identity is now. One statement, the only one that names no account: a webhook does not know it. */
export async function findInboxOwner(context: PostgresContext, input: FindInboxOwner): Promise<InboxOwner | null> {
  const [row] = await context.read(
    sql`select o.account_id, o.inbox_id, o.channel, o.oa_id from ${context.tables.inbox_owners} o
where o.channel = ${input.channel} and o.oa_id = ${input.oaId}`,
    input,
  )
  return row ? { accountId: text(row.account_id), inboxId: text(row.inbox_id), channel: text(row.channel), oaId: text(row.oa_id) } : null
}
