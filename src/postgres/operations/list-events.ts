import type { ConversationEvent } from '../../model/records.js'
import type { ListEvents } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { PostgresContext } from '../context.js'
import { eventRow, toEvent } from '../rows/event.js'
import { nothing, sql } from '../sql.js'

/** A conversation's events, by `eventSeq`, lowest first. One statement. */
export async function listEvents(context: PostgresContext, input: ListEvents): Promise<AdapterPage<ConversationEvent>> {
  const [eventSeq] = input.after ?? []
  const rows = await context.read(
    sql`select ${eventRow.list('e')} from ${context.tables.contact_interaction_events} e
where e.account_id = ${input.accountId} and e.conversation_id = ${input.conversationId}
  ${eventSeq === undefined ? nothing : sql`and e.event_seq > ${eventSeq}::integer`}
order by e.event_seq limit ${input.limit + 1}::integer`,
    input,
  )
  return pageOf(rows, input.limit, toEvent)
}
