import { limits } from '../../model/limits.js'
import type { FindReceivers, Receiver } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { isChatScoped } from '../functions/expressions/scopes.js'
import { raw, sql } from '../sql.js'

const isOfChat = raw(isChatScoped('head.channel'))

/** The people of an inbox to whom replies with these ids were sent. One statement. */
export async function findReceivers(context: PostgresContext, input: FindReceivers): Promise<readonly Receiver[]> {
  const { accountId, oaId, messageIds } = input
  const { tables } = context
  const rows = await context.read(
    sql`select wanted.id as message_id, receiver.customer_id from jsonb_array_elements_text(${JSON.stringify(messageIds)}::jsonb) wanted(id)
cross join lateral (select distinct receiver.customer_id collate "C" as customer_id from ${tables.messages} m
  cross join lateral (select x.id, x.canonical_id, x.customer_id, x.oa_id from ${tables.contact_inboxes} x
    where x.account_id = ${accountId} and x.id = m.contact_inbox_id limit 1) own
  cross join lateral (select x.channel, x.customer_id, x.oa_id from ${tables.contact_inboxes} x
    where x.account_id = ${accountId} and x.id = coalesce(own.canonical_id, own.id) limit 1) head
  cross join lateral (select case when ${isOfChat} then own.customer_id else head.customer_id end as customer_id,
    case when ${isOfChat} then own.oa_id else head.oa_id end as oa_id) receiver
  where m.account_id = ${accountId} and m.message_id = wanted.id and m.direction = 'outbound' and receiver.oa_id = ${oaId}
  order by 1 limit ${limits.receivers}) receiver
order by wanted.id collate "C", receiver.customer_id`,
    input,
  )
  return rows.map(({ message_id, customer_id }) => ({ messageId: String(message_id), customerId: String(customer_id) }))
}
