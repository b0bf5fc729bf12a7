import { isHidden } from '../../model/planning/merged-parts.js'
import type { EventRow } from '../../model/planning/rows.js'
import { toEvent } from '../../model/planning/to-records.js'
import type { ConversationEvent } from '../../model/records.js'
import type { ListEvents } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'

export function listEvents(database: MemoryDatabase, input: ListEvents): AdapterPage<ConversationEvent> {
  const { accountId, conversationId, limit, after } = input
  const { conversations, events, messages } = database.account(accountId)
  const conversation = conversations.rows.get(conversationId)
  if (conversation === undefined) return { items: [], hasMore: false, isOfNone: true }
  const { lastEventSeq, parts } = conversation
  // A message has the id of its event.
  const isShown = ({ id }: EventRow) => !isHidden(conversation, messages.rows.get(id) ?? { doubleIn: null })
  const found: ConversationEvent[] = []
  for (let seq = Number(after?.[0] ?? 0) + 1; seq <= lastEventSeq && found.length <= limit; seq++) {
    const stored = [{ id: conversationId, eventBase: 0 }, ...parts].flatMap(({ id, eventBase }) => events.bySeq(id, seq - eventBase) ?? [])
    const event = stored[0] && isShown(stored[0]) && toEvent({ ...stored[0], conversationId, eventSeq: seq })
    if (event) found.push(event)
  }
  return pageOf(found, limit, (event) => event)
}
