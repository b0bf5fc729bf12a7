import type { Conversation } from '../../model/records.js'
import type { Scoped } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { conversationRow, toConversation } from '../rows/conversation.js'
import { sql } from '../sql.js'

/** One statement. Null when it is not there, or not this account's. */
export async function findConversation(
  context: PostgresContext,
  input: Scoped & { readonly conversationId: string },
): Promise<Conversation | null> {
  const [row] = await context.read(
    sql`select ${conversationRow.packed('c')} from ${context.tables.conversations} c
where c.account_id = ${input.accountId} and c.id = ${input.conversationId}`,
    input,
  )
  return row ? toConversation(conversationRow.unpack(row)) : null
}
