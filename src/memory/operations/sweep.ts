import { byAge } from '../../model/planning/byte-order.js'
import { hasWaitedTooLong } from '../../model/planning/waiting-time.js'
import type { Sweep, SweepResult } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { endOverdue } from '../sync-table.js'
import { stampOf } from '../write-stamp.js'

/** Drops events that have waited too long, the longest first, and counts them on their contact inboxes. */
export function sweep(database: MemoryDatabase, input: Sweep): SweepResult {
  const account = database.account(input.accountId)
  return account.write(() => {
    const { now } = stampOf(input)
    const overdue = [...account.events.rows.values()].filter((row) => row.conversationId === null && hasWaitedTooLong(row, now))
    const dropped = overdue.sort(byAge).slice(0, input.limit)
    for (const row of dropped) account.world.dropEvent(row)
    endOverdue(account.syncSessions, now)
    return { expiredEvents: dropped.length, more: overdue.length > dropped.length }
  })
}
