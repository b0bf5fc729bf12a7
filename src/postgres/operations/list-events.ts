import type { ConversationEvent } from '../../model/records.js'
import type { ListEvents } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { PostgresContext } from '../context.js'
import { listedRows } from '../listed-rows.js'
import { eventRow, toEvent } from '../rows/event.js'
import { nothing, raw, sql } from '../sql.js'
import { storedEvents } from '../stored-events.js'

/** A conversation's events, by `eventSeq`, lowest first. */
export async function listEvents(context: PostgresContext, input: ListEvents): Promise<AdapterPage<ConversationEvent>> {
  const [eventSeq] = input.after ?? []
  const rows = await listedRows(context, input, {
    from: storedEvents(context, input.accountId),
    stored: eventRow.stored('x'),
    selected: eventRow.list('m'),
    base: raw("'event_base'"),
    place: (base) => (eventSeq === undefined ? nothing : sql`and x.event_seq > ${eventSeq}::integer - ${base}`),
    order: (row, base) => (row === 'x' ? raw('x.event_seq') : sql`m.event_seq + ${base}`),
    limit: input.limit + 1,
  })
  if (rows === null) return { items: [], hasMore: false, isOfNone: true }
  return pageOf(rows, input.limit, ({ row, base }) => {
    const event = toEvent(row)
    return base === 0 ? event : { ...event, eventSeq: event.eventSeq + base }
  })
}
