import type { ConversationMatch, Scoped } from '../../store/adapter.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { matches } from '../conversation-match.js'
import { integer } from '../readers.js'
import { sql } from '../sql.js'

const countRow = columns({ conversations: integer })

/** Counts the matching conversations. One statement. */
export async function countConversations(context: PostgresContext, input: Scoped & ConversationMatch): Promise<number> {
  const [row = {}] = await context.read(
    sql`select count(*) as conversations from ${context.tables.conversations} c where ${matches(context, input.accountId, input)}`,
    input,
  )
  return integer(countRow.of(row).conversations)
}
