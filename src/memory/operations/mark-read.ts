import { read } from '../../model/planning/change-conversation.js'
import type { ConversationRow } from '../../model/planning/rows.js'
import { listedAt } from '../../model/planning/times.js'
import { countsAsUnread } from '../../model/planning/unread.js'
import type { Change, MarkRead } from '../../store/adapter.js'
import { changeConversation } from '../change.js'
import type { MemoryDatabase } from '../database.js'
import type { MessageTable } from '../message-table.js'

/** Moves the read horizon forward, and counts the unread messages after it again. */
export function markRead(database: MemoryDatabase, input: MarkRead): Change {
  return changeConversation(database, input, (row, _now, { messages }) => {
    const unreadPast = (seq: number) => messages.after(row, seq).filter(countsAsUnread).length
    return read(input.upToTime === null ? input.seq : seqBefore(messages, row, input.upToTime), unreadPast)(row)
  })
}

/** Just before the first unread message that is later, or null if there is none. */
function seqBefore(messages: MessageTable, row: ConversationRow, upToTime: Date): number | null {
  const isLater = messages.after(row, row.readSeq).find((each) => countsAsUnread(each) && listedAt(each).getTime() > upToTime.getTime())
  return isLater === undefined ? null : isLater.seq - 1
}
