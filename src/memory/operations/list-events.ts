import { toEvent } from '../../model/planning/to-records.js'
import type { ConversationEvent } from '../../model/records.js'
import type { ListEvents } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'

export function listEvents(database: MemoryDatabase, input: ListEvents): AdapterPage<ConversationEvent> {
  const { accountId, conversationId, limit, after } = input
  const { conversations, events } = database.account(accountId)
  const lastEventSeq = conversations.rows.get(conversationId)?.lastEventSeq ?? 0
  const found: ConversationEvent[] = []
  for (let seq = Number(after?.[0] ?? 0) + 1; seq <= lastEventSeq && found.length <= limit; seq++) {
    const row = events.bySeq(conversationId, seq)
    const event = row && toEvent(row)
    if (event) found.push(event)
  }
  return pageOf(found, limit, (event) => event)
}
