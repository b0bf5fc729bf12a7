import type { ConversationMatch, Scoped } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { matches } from '../conversation-match.js'
import { integer } from '../rows.js'
import { sql } from '../sql.js'

/** One statement. */
export async function countConversations(context: PostgresContext, input: Scoped & ConversationMatch): Promise<number> {
  const [row] = await context.read(
    sql`select count(*) as conversations from ${context.tables.conversations} c where ${matches(context, input.accountId, input)}`,
    input,
  )
  return integer(row?.conversations)
}
