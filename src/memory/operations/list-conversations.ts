import { compareBytes } from '../../model/planning/byte-order.js'
import { conversationOf } from '../../model/planning/people.js'
import type { ConversationRow } from '../../model/planning/rows.js'
import type { Conversation } from '../../model/records.js'
import type { ListConversations } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { matchingConversations } from '../conversation-match.js'
import type { MemoryDatabase } from '../database.js'

/** Lists the conversations with the latest activity first. Of two with the same time, the greater id comes first. */
export function listConversations(database: MemoryDatabase, input: ListConversations): AdapterPage<Conversation> {
  const { limit, after } = input
  const account = database.account(input.accountId)
  const rows = matchingConversations(account, input)
    .filter((row) => after === null || comesAfter(row, Number(after[0]), String(after[1])))
    .sort((a, b) => b.lastActivityAt.getTime() - a.lastActivityAt.getTime() || compareBytes(b.id, a.id))
  return pageOf(rows, limit, (row) => conversationOf(account.world, row))
}

function comesAfter({ lastActivityAt, id }: ConversationRow, time: number, lastId: string): boolean {
  const difference = lastActivityAt.getTime() - time
  return difference < 0 || (difference === 0 && compareBytes(id, lastId) < 0)
}
