import type { InboxOwner } from '../../model/inboxes.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { text } from '../readers.js'
import { sql } from '../sql.js'

const ownerRow = columns({ account_id: text, inbox_id: text, channel: text<InboxOwner['channel']>, oa_id: text })

interface FindInboxOwner {
  readonly channel: string
  readonly oaId: string
  readonly signal: AbortSignal | null
}

/**
 * The current owner of a channel identity, or null. One statement, and the only one that names no account, because a
 * webhook doesn't know it.
 */
export async function findInboxOwner(context: PostgresContext, input: FindInboxOwner): Promise<InboxOwner | null> {
  const [found] = await context.read(
    sql`select ${ownerRow.list('o')} from ${context.tables.inbox_owners} o
where o.channel = ${input.channel} and o.oa_id = ${input.oaId}`,
    input,
  )
  if (found === undefined) return null
  const row = ownerRow.of(found)
  return { accountId: text(row.account_id), inboxId: text(row.inbox_id), channel: text(row.channel), oaId: text(row.oa_id) }
}
