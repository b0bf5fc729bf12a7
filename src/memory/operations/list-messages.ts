import type { MessageRow } from '../../model/planning/rows.js'
import { byListedTime, listedAt } from '../../model/planning/times.js'
import { toMessage } from '../../model/planning/to-records.js'
import type { Message } from '../../model/records.js'
import type { ListMessages } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'
import { messagesAfter } from '../seen-messages.js'

export function listMessages(database: MemoryDatabase, input: ListMessages): AdapterPage<Message> {
  const { conversations, messages } = database.account(input.accountId)
  const conversation = conversations.rows.get(input.conversationId)
  if (conversation === undefined) return { items: [], hasMore: false, isOfNone: true }
  const rows = messagesAfter(messages, conversation, input.afterSeq)
  const sorted = input.by === 'time' ? rows.toSorted(byListedTime) : rows
  const inOrder = input.order === 'oldest' ? sorted : sorted.toReversed()
  const page = inOrder.filter((row) => isPast(row, input)).slice(0, input.limit + 1)
  return pageOf(page, input.limit, toMessage)
}

/** Whether the message comes after the last one of the page before. */
function isPast(row: MessageRow, { after, by, order }: ListMessages): boolean {
  if (after === null) return true
  const [first = 0, second = 0] = after.map(Number)
  const distance = by === 'time' ? listedAt(row).getTime() - first || row.seq - second : row.seq - first
  return order === 'oldest' ? distance > 0 : distance < 0
}
