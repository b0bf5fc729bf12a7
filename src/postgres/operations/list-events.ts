import type { ConversationEvent } from '../../model/records.js'
import type { ListEvents } from '../../store/adapter.js'
import type { Page } from '../../store/paged-list.js'
import type { PostgresContext } from '../context.js'
import { eventColumns, toEvent } from '../rows.js'
import { nothing, sql } from '../sql.js'
import { toPage } from './page.js'

/** A conversation's events in `eventSeq` order. One statement. */
export async function listEvents(context: PostgresContext, input: ListEvents): Promise<Page<ConversationEvent>> {
  const [eventSeq] = input.after ?? []
  const rows = await context.read(
    sql`select ${eventColumns('e')} from ${context.tables.contact_interaction_events} e
where e.account_id = ${input.accountId} and e.conversation_id = ${input.conversationId}
  ${eventSeq === undefined ? nothing : sql`and e.event_seq > ${eventSeq}::integer`}
order by e.event_seq limit ${input.limit + 1}::integer`,
    input,
  )
  return toPage(rows.map(toEvent), input.limit, (last) => [last.eventSeq])
}
