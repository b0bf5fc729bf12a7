import type { Conversation } from '../../model/records.js'
import type { ListConversations } from '../../store/adapter.js'
import type { Page } from '../../store/paged-list.js'
import { boundTime } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { conversationColumns, toConversation } from '../rows.js'
import { nothing, sql } from '../sql.js'
import { matches } from './conversation-match.js'
import { toPage } from './page.js'

/** Last activity first, then by id. One statement; a row comparison, for only that one bounds the index. */
export async function listConversations(context: PostgresContext, input: ListConversations): Promise<Page<Conversation>> {
  const [lastActivityAt, id] = input.after ?? []
  const after =
    lastActivityAt === undefined || id === undefined
      ? nothing
      : sql`and (c.last_activity_at, c.id) < (${boundTime(new Date(lastActivityAt))}, ${id}::text)`
  const rows = await context.read(
    sql`select ${conversationColumns('c')} from ${context.tables.conversations} c
where ${matches(context, input.accountId, input)} ${after}
order by c.last_activity_at desc, c.id desc limit ${input.limit + 1}::integer`,
    input,
  )
  return toPage(rows.map(toConversation), input.limit, (last) => [last.lastActivityAt.getTime(), last.id])
}
