import type { Conversation } from '../../model/records.js'
import type { CustomerTarget, Scoped } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { activeConversationId, latestConversationId } from '../conversation-target.js'
import { conversationColumns, toConversation } from '../rows.js'
import { sql } from '../sql.js'

/** The customer's active conversation, or with `any` the latest. One statement. */
export async function findByOaAndCustomer(
  context: PostgresContext,
  input: Scoped & CustomerTarget & { readonly status: 'active' | 'any' },
): Promise<Conversation | null> {
  const find = input.status === 'active' ? activeConversationId : latestConversationId
  const [row] = await context.read(
    sql`select ${conversationColumns('c')} from ${context.tables.conversations} c
where c.account_id = ${input.accountId} and c.id = ${find(context, input.accountId, input)}`,
    input,
  )
  return row ? toConversation(row) : null
}
