import { toEvent } from '../../model/planning/to-records.js'
import type { ConversationEvent } from '../../model/records.js'
import type { ListEvents } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { inSession, type MongoContext } from '../context.js'
import { eventRow } from '../documents/events.js'
import type { Doc } from '../driver.js'
import { eventFields } from '../projections.js'

export async function listEvents(context: MongoContext, input: ListEvents): Promise<AdapterPage<ConversationEvent>> {
  const { accountId, conversationId, limit, after } = input
  const filter = { accountId, conversation_id: conversationId, event_seq: { $gt: Number(after?.[0] ?? 0) } }
  const options = { ...inSession(context), projection: eventFields, sort: { event_seq: 1 }, limit: limit + 1, batchSize: limit + 1 }
  const documents = await context.collections.contact_interaction_events.find(filter, options).toArray()
  return pageOf(documents, limit, placedEvent)
}

function placedEvent(doc: Doc): ConversationEvent {
  const event = toEvent(eventRow(doc))
  if (event === null) throw new TypeError('an event of a conversation came back without its place in it')
  return event
}
