import type { Conversation } from '../../model/records.js'
import type { Scoped } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { conversationPacked, unpackConversation } from '../rows/conversation.js'
import { sql } from '../sql.js'

/** A conversation by its id. Null if it doesn't exist or belongs to another account. One statement. */
export async function findConversation(
  context: PostgresContext,
  input: Scoped & { readonly conversationId: string },
): Promise<Conversation | null> {
  const [row] = await context.read(
    sql`select ${conversationPacked(context, input.accountId)} from ${context.tables.conversations} c
where c.account_id = ${input.accountId} and c.id = ${input.conversationId}`,
    input,
  )
  return row ? unpackConversation(row) : null
}
