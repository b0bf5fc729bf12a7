import { everyStatus } from '../../model/every-status.js'
import { defaultPageItems, limits } from '../../model/limits.js'
import { earliestTime } from '../../model/ranges.js'
import type { Conversation } from '../../model/records.js'
import type { ListConversations } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { boundTime } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { matches } from '../conversation-match.js'
import { conversationRead, toConversation } from '../rows/conversation.js'
import { conversationRow } from '../rows/conversation-row.js'
import { type Fragment, join, raw, sql } from '../sql.js'

/**
 * Conversations by last activity, latest first, then by id, greatest first. One statement. It compares rows, because
 * only a row comparison bounds the range of the index.
 */
export async function listConversations(context: PostgresContext, input: ListConversations): Promise<AdapterPage<Conversation>> {
  const rows = await context.read(
    sql`select ${conversationRead(context, input.accountId)} from (${join(orderedArms(context, input), ' union all ')}) c
${lastActivityFirst} limit ${input.limit + 1}::integer`,
    input,
  )
  return pageOf(rows, input.limit, toConversation)
}

const storedColumns = sql`${conversationRow.stored('c')}, c.contact_inbox_id, c.is_linked`
const lastActivityFirst = raw('order by c.last_activity_at desc, c.id desc')

/**
 * The queries that together give the page, each of which one index can answer in order. One status is in order in its
 * index and several together are not, so PostgreSQL merges a page of each, also for a list of all: an index for that
 * alone would cost each message more than the merge costs such a list. The index of unread conversations is by status
 * too, also for an inbox. The conversations of a customer or a contact are found through their contact inboxes, and are
 * sorted.
 */
function orderedArms(context: PostgresContext, input: ListConversations): readonly Fragment[] {
  const { oaId, customerId, contactId, chatbotId, unread } = input
  const narrowed = customerId !== null || contactId !== null || chatbotId !== null || (oaId !== null && unread !== true)
  const statuses = input.statuses ?? everyStatus
  const arms = statuses.length < 2 || narrowed ? [input.statuses] : statuses.map((status) => [status])
  return arms.map(
    (statuses) => sql`(select ${storedColumns} from ${context.tables.conversations} c
where ${conditions(context, { ...input, statuses })} ${lastActivityFirst} limit ${mostRows(input.limit)})`,
  )
}

const rowsOfDefaultPage = raw(String(defaultPageItems + 1))
const rowsOfGreatestPage = raw(String(limits.pageItems + 1))

// The limit is a number in the text. For a bound limit, a plan that serves every call assumes a tenth of the table, and
// would rather read the whole table and sort. It is not each caller's own number, which would make a statement for
// each.
function mostRows(limit: number): Fragment {
  return limit <= defaultPageItems ? rowsOfDefaultPage : rowsOfGreatestPage
}

/**
 * The time of a cursor. A time before the first that the library takes was read as that first one (readers.ts). Those
 * rows come last, so they must lie before this boundary only if they were not on a page yet.
 */
function boundary(lastActivityAt: Date): Fragment {
  return lastActivityAt.getTime() <= Date.parse(earliestTime) ? raw("'-infinity'::timestamptz") : boundTime(lastActivityAt)
}

function conditions(context: PostgresContext, input: ListConversations): Fragment {
  const [lastActivityAt, id] = input.after ?? []
  const all = matches(context, input.accountId, input)
  if (lastActivityAt === undefined || id === undefined) return all
  return sql`${all} and (c.last_activity_at, c.id) < (${boundary(new Date(lastActivityAt))}, ${id}::text)`
}
