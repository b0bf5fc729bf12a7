import type { Conversation } from '../../model/records.js'
import type { ListConversations } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { boundTime } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { matches } from '../conversation-match.js'
import { conversationColumns, storedConversationColumns, toConversation } from '../rows.js'
import { type Fragment, join, sql } from '../sql.js'

/** Last activity first, then by id. One statement; a row comparison, for only that one bounds the index. */
export async function listConversations(context: PostgresContext, input: ListConversations): Promise<AdapterPage<Conversation>> {
  const rows = await context.read(
    sql`select ${conversationColumns('c')} from ${matching(context, input)}
order by c.last_activity_at desc, c.id desc limit ${input.limit + 1}::integer`,
    input,
  )
  return pageOf(rows, input.limit, toConversation)
}

function matching(context: PostgresContext, input: ListConversations): Fragment {
  const { conversations } = context.tables
  const { statuses, oaId, customerId, contactId, chatbotId } = input
  const narrowed = oaId !== null || customerId !== null || contactId !== null || chatbotId !== null
  if (statuses === null || statuses.length < 2 || narrowed) return sql`${conversations} c where ${conditions(context, input)}`
  // Each status is in order in its index, all of them together are not: PostgreSQL merges the arms of a union, and reads a page of each.
  const arms = statuses.map(
    (status) =>
      sql`select ${storedConversationColumns('c')} from ${conversations} c where ${conditions(context, { ...input, statuses: [status] })}`,
  )
  return sql`(${join(arms, ' union all ')}) c`
}

function conditions(context: PostgresContext, input: ListConversations): Fragment {
  const [lastActivityAt, id] = input.after ?? []
  const all = matches(context, input.accountId, input)
  if (lastActivityAt === undefined || id === undefined) return all
  return sql`${all} and (c.last_activity_at, c.id) < (${boundTime(new Date(lastActivityAt))}, ${id}::text)`
}
