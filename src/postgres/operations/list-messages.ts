import type { Message } from '../../model/records.js'
import type { ListMessages } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { boundTime } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { listedAt } from '../functions/expressions/times.js'
import { listedRows } from '../listed-rows.js'
import { messageRow, toMessage } from '../rows/message.js'
import { type Fragment, nothing, raw, sql } from '../sql.js'

/** A conversation's messages, by time or by `seq`, in the order that is asked for. */
export async function listMessages(context: PostgresContext, input: ListMessages): Promise<AdapterPage<Message>> {
  const direction = raw(input.order === 'oldest' ? 'asc' : 'desc')
  const rows = await listedRows(context, input, {
    from: context.tables.messages,
    stored: messageRow.stored('x'),
    selected: messageRow.list('m'),
    base: raw("'seq_base'"),
    place: (base) =>
      sql`${input.afterSeq === 0 ? nothing : sql`and x.seq > ${input.afterSeq}::integer - ${base}`} ${pastPage(input, base)}`,
    order: (row, base) =>
      input.by === 'time'
        ? sql`${raw(listedAt(row))} ${direction}, ${numbered(row, base)} ${direction}`
        : sql`${numbered(row, base)} ${direction}`,
    limit: input.limit + 1,
  })
  if (rows === null) return { items: [], hasMore: false, isOfNone: true }
  return pageOf(rows, input.limit, ({ row, base }) => {
    const message = toMessage(row)
    return base === 0 ? message : { ...message, seq: message.seq + base }
  })
}

/** An index has the bare column. */
function numbered(row: 'x' | 'm', base: Fragment): Fragment {
  return row === 'x' ? raw('x.seq') : sql`m.seq + ${base}`
}

/** The messages after the last one of the page before. */
function pastPage({ after, by, order }: ListMessages, base: Fragment): Fragment {
  if (after === null) return nothing
  const past = raw(order === 'oldest' ? '>' : '<')
  const [first = 0, second = 0] = after.map(Number)
  if (by === 'seq') return sql`and x.seq ${past} ${first}::integer - ${base}`
  return sql`and (${raw(listedAt('x'))}, x.seq) ${past} (${boundTime(new Date(first))}, ${second}::integer - ${base})`
}
