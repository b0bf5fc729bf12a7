import type { Conversation } from '../../model/records.js'
import type { CustomerTarget, Scoped } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { latestConversationId } from '../conversation-target.js'
import { conversationRow, toConversation } from '../rows/conversation.js'
import { type Fragment, sql } from '../sql.js'

type FindByOaAndCustomer = Scoped & CustomerTarget & { readonly status: 'active' | 'any' }

/** The customer's active conversation, or with `any` their latest one. Null if there is none. One statement. */
export async function findByOaAndCustomer(context: PostgresContext, input: FindByOaAndCustomer): Promise<Conversation | null> {
  const [row] = await context.read(
    sql`select ${conversationRow.packed('c')} from ${context.tables.conversations} c
where c.account_id = ${input.accountId} and ${input.status === 'active' ? active(context, input) : latest(context, input)}`,
    input,
  )
  return row ? toConversation(conversationRow.unpack(row)) : null
}

function latest(context: PostgresContext, input: FindByOaAndCustomer): Fragment {
  return sql`c.id = ${latestConversationId(context, input.accountId, input)}`
}

// The unique index that allows only one active conversation finds it. An alias and its canonical customer are in the
// same inbox, so only the customer id differs.
function active({ tables }: PostgresContext, { accountId, oaId, customerId }: FindByOaAndCustomer): Fragment {
  return sql`c.oa_id = ${oaId} and c.status <> 'closed' and c.customer_id = (
  select coalesce((select m.customer_id from ${tables.contact_inboxes} m where m.account_id = ${accountId} and m.id = i.canonical_id), i.customer_id)
  from ${tables.contact_inboxes} i where i.account_id = ${accountId} and i.oa_id = ${oaId} and i.customer_id = ${customerId})`
}
