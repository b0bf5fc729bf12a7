import type { MessageRow } from '../../model/planning/rows.js'
import { toMessage } from '../../model/planning/to-records.js'
import type { Message } from '../../model/records.js'
import type { ListMessages } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'

export function listMessages(database: MemoryDatabase, input: ListMessages): AdapterPage<Message> {
  const { accountId, conversationId, order, limit, after } = input
  const { conversations, messages } = database.account(accountId)
  const lastSeq = conversations.rows.get(conversationId)?.lastSeq ?? 0
  const step = order === 'oldest' ? 1 : -1
  const start = after === null ? (order === 'oldest' ? 1 : lastSeq) : Number(after[0]) + step
  const rows: MessageRow[] = []
  for (let seq = Math.min(start, lastSeq + 1); seq >= 1 && seq <= lastSeq && rows.length <= limit; seq += step) {
    const row = messages.bySeq(conversationId, seq)
    if (row) rows.push(row)
  }
  return pageOf(rows, limit, toMessage)
}
