import type { Message } from '../../model/records.js'
import type { MessageTarget, Scoped } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { scopesOf } from '../functions/expressions/scopes.js'
import { messageRow, toMessage } from '../rows/message.js'
import { type Fragment, raw, sql } from '../sql.js'

/**
 * A message by the store's id, or by the channel's or the host's id within one customer of an inbox, whatever id names
 * the customer. Null if there is none. One statement.
 */
export async function findMessage(context: PostgresContext, input: Scoped & MessageTarget): Promise<Message | null> {
  const [row] = await context.read(sql`select ${messageRow.packed('m')} from ${named(context, input)}`, input)
  return row ? toMessage(messageRow.unpack(row)) : null
}

function named({ tables }: PostgresContext, input: Scoped & MessageTarget): Fragment {
  const { accountId } = input
  if ('id' in input) return sql`${tables.messages} m where m.account_id = ${accountId} and m.id = ${input.id}`
  const { oaId, customerId } = input
  return sql`${tables.contact_inboxes} own
cross join lateral (select x.* from ${tables.contact_inboxes} x where x.account_id = ${accountId} and x.id = coalesce(own.canonical_id, own.id) limit 1) head
cross join lateral unnest(${scopes}) scope(id)
cross join lateral (select x.* from ${tables.messages} x
  where x.account_id = ${accountId} and x.contact_inbox_id = scope.id and ${isNamed(input)} limit 1) m
where own.account_id = ${accountId} and own.oa_id = ${oaId} and own.customer_id = ${customerId} limit 1`
}

const scopes = raw(scopesOf('head', 'own.id'))

function isNamed(input: Exclude<MessageTarget, { readonly id: string }>): Fragment {
  return 'messageId' in input ? sql`x.message_id = ${input.messageId}` : sql`x.local_id = ${input.localId}`
}
