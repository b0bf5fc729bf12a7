import { type Horizon, horizonsOf, movedBy, withHorizons } from '../../model/planning/read-horizons.js'
import { listedAt } from '../../model/planning/times.js'
import { countsAsUnread } from '../../model/planning/unread.js'
import type { Change, MarkRead } from '../../store/adapter.js'
import { changeConversation } from '../change.js'
import type { MemoryDatabase } from '../database.js'
import type { MessageTable } from '../message-table.js'

/** Moves the read horizon forward, and counts the unread messages after it again. */
export function markRead(database: MemoryDatabase, input: MarkRead): Change {
  const { seq, upToTime, part = null } = input
  return changeConversation(database, input, (row, _now, { messages }) => {
    const moved = horizonsOf(row).map((horizon) => {
      const reading = upToTime === null ? { seq, part } : { seq: seqBefore(messages, horizon, upToTime), part: horizon.id }
      return { ...horizon, readSeq: movedBy(horizon, reading) }
    })
    const unread = () => moved.flatMap((horizon) => messages.after(horizon, horizon.readSeq)).filter(countsAsUnread).length
    return withHorizons(row, moved, unread)
  })
}

/** Just before the first unread message that is later, or null if there is none. */
function seqBefore(messages: MessageTable, horizon: Horizon, upToTime: Date): number | null {
  const unread = messages.after(horizon, horizon.readSeq).filter(countsAsUnread)
  const isLater = unread.find((each) => listedAt(each).getTime() > upToTime.getTime())
  return isLater === undefined ? null : isLater.seq - 1
}
