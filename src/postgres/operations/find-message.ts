import type { Message } from '../../model/records.js'
import type { MessageTarget, Scoped } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { messageRow, toMessage } from '../rows/message.js'
import { type Fragment, sql } from '../sql.js'

/**
 * A message by the store's id, or by the channel's or the host's id within one customer of an inbox. Null if there is
 * none. One statement.
 */
export async function findMessage(context: PostgresContext, input: Scoped & MessageTarget): Promise<Message | null> {
  const { accountId } = input
  const [row] = await context.read(
    sql`select ${messageRow.packed('m')} from ${context.tables.messages} m where m.account_id = ${accountId} and ${named(context, input)}`,
    input,
  )
  return row ? toMessage(messageRow.unpack(row)) : null
}

function named({ tables }: PostgresContext, input: Scoped & MessageTarget): Fragment {
  if ('id' in input) return sql`m.id = ${input.id}`
  // This uses the exact customer id, even if it is an alias, because message ids are unique only within it.
  const own = sql`m.contact_inbox_id = (select i.id from ${tables.contact_inboxes} i
    where i.account_id = ${input.accountId} and i.oa_id = ${input.oaId} and i.customer_id = ${input.customerId})`
  return 'messageId' in input ? sql`${own} and m.message_id = ${input.messageId}` : sql`${own} and m.local_id = ${input.localId}`
}
