import { read } from '../../model/planning/change-conversation.js'
import { countsAsUnread } from '../../model/planning/unread.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeConversation } from '../change.js'
import type { MemoryDatabase } from '../database.js'

/** Moves the read horizon forward, and counts the unread messages after it again. */
export function markRead(database: MemoryDatabase, input: ChangeStatus & { readonly seq: number | null }): Change {
  return changeConversation(database, input, (row, _now, { messages }) => {
    const unreadPast = (seq: number) => messages.after(row, seq).filter(countsAsUnread).length
    return read(input.seq, unreadPast)(row)
  })
}
