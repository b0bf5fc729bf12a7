import { horizonsOf, withHorizons } from '../../model/planning/read-horizons.js'
import { countsAsUnread } from '../../model/planning/unread.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeConversation } from '../change.js'
import type { MemoryDatabase } from '../database.js'

/** Moves the read horizon back to just before the last inbound message, unless something is unread already. */
export function markUnread(database: MemoryDatabase, input: ChangeStatus): Change {
  return changeConversation(database, input, (row, _now, { messages }) => {
    if (row.unreadCount > 0) return row
    const lasts = horizonsOf(row).flatMap((horizon) => {
      const last = messages.after(horizon, 0).findLast(countsAsUnread)
      return last === undefined ? [] : [{ id: horizon.id, readSeq: last.seq - 1, seq: last.seq + horizon.seqBase }]
    })
    const last = lasts.sort((a, b) => a.seq - b.seq).slice(-1)
    return withHorizons(row, last, () => 1)
  })
}
