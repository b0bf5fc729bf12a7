import { unread } from '../../model/planning/change-conversation.js'
import { countsAsUnread } from '../../model/planning/unread.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeConversation } from '../change.js'
import type { MemoryDatabase } from '../database.js'

/** Moves the read horizon back to just before the last inbound message, unless something is unread already. */
export function markUnread(database: MemoryDatabase, input: ChangeStatus): Change {
  return changeConversation(database, input, (row, _now, { messages }) => {
    const last = messages.after(row, 0).findLast(countsAsUnread)
    return unread(last?.seq ?? null)(row)
  })
}
