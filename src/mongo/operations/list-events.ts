import { toEvent } from '../../model/planning/to-records.js'
import type { ConversationEvent } from '../../model/records.js'
import type { ListEvents } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MongoContext } from '../context.js'
import { eventRow } from '../documents/events.js'
import { type ListedDocument, listedDocuments } from '../listed-documents.js'
import { eventFields } from '../projections.js'

export async function listEvents(context: MongoContext, input: ListEvents): Promise<AdapterPage<ConversationEvent>> {
  const { conversationId, limit, after } = input
  const found = await listedDocuments(context, input, {
    from: 'contact_interaction_events',
    number: 'event_seq',
    base: 'eventBase',
    last: 'last_event_seq',
    place: (base) => ({ event_seq: { $gt: Number(after?.[0] ?? 0) - base } }),
    options: { projection: eventFields, sort: { event_seq: 1 }, limit: limit + 1, batchSize: limit + 1 },
    compare: (a, b) => a.number - b.number,
  })
  if (found === null) return { items: [], hasMore: false, isOfNone: true }
  return pageOf(found, limit, (each) => placedEvent(each, conversationId))
}

function placedEvent({ doc, number }: ListedDocument, conversationId: string): ConversationEvent {
  const event = toEvent({ ...eventRow(doc), conversationId, eventSeq: number })
  if (event === null) throw new TypeError('an event of a conversation came back without its place in it')
  return event
}
