import type { Message } from '../../model/records.js'
import type { ListMessages } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { boundTime } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { listedAt } from '../functions/expressions/times.js'
import { messageRow, toMessage } from '../rows/message.js'
import { type Fragment, nothing, raw, sql } from '../sql.js'

/** A conversation's messages, by time or by `seq`, in the order that is asked for. One statement. */
export async function listMessages(context: PostgresContext, input: ListMessages): Promise<AdapterPage<Message>> {
  const direction = raw(input.order === 'oldest' ? 'asc' : 'desc')
  const order = input.by === 'time' ? sql`${raw(listedAt('m'))} ${direction}, m.seq ${direction}` : sql`m.seq ${direction}`
  const rows = await context.read(
    sql`select ${messageRow.list('m')} from ${context.tables.messages} m
where m.account_id = ${input.accountId} and m.conversation_id = ${input.conversationId}
  ${input.afterSeq === 0 ? nothing : sql`and m.seq > ${input.afterSeq}::integer`} ${pastPage(input)}
order by ${order} limit ${input.limit + 1}::integer`,
    input,
  )
  return pageOf(rows, input.limit, toMessage)
}

/** The messages after the last one of the page before. */
function pastPage({ after, by, order }: ListMessages): Fragment {
  if (after === null) return nothing
  const past = raw(order === 'oldest' ? '>' : '<')
  const [first = 0, second = 0] = after.map(Number)
  if (by === 'seq') return sql`and m.seq ${past} ${first}::integer`
  return sql`and (${raw(listedAt('m'))}, m.seq) ${past} (${boundTime(new Date(first))}, ${second}::integer)`
}
