import type { Conversation } from '../../model/records.js'
import type { CustomerTarget, Scoped } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { headCustomerId, latestConversationId } from '../conversation-target.js'
import { conversationPacked, unpackConversation } from '../rows/conversation.js'
import { type Fragment, sql } from '../sql.js'

type FindByOaAndCustomer = Scoped & CustomerTarget & { readonly status: 'active' | 'any' }

/** The customer's active conversation, or with `any` their latest one. Null if there is none. One statement. */
export async function findByOaAndCustomer(context: PostgresContext, input: FindByOaAndCustomer): Promise<Conversation | null> {
  const [row] = await context.read(
    sql`select ${conversationPacked(context, input.accountId)} from ${context.tables.conversations} c
where c.account_id = ${input.accountId} and ${input.status === 'active' ? active(context, input) : latest(context, input)}`,
    input,
  )
  return row ? unpackConversation(row) : null
}

function latest(context: PostgresContext, input: FindByOaAndCustomer): Fragment {
  return sql`c.id = ${latestConversationId(context, input.accountId, input)}`
}

// The unique index that allows only one active conversation finds it.
function active(context: PostgresContext, input: FindByOaAndCustomer): Fragment {
  return sql`c.oa_id = ${input.oaId} and c.status <> 'closed' and c.customer_id = ${headCustomerId(context, input.accountId, input)}`
}
