import { ConversationStoreError } from '../../model/errors.js'
import { removedSyncSessions } from '../../model/limits.js'
import { compareBytes } from '../../model/planning/byte-order.js'
import { askedInbox } from '../../model/planning/change-inbox.js'
import { begunSession, type SyncRow, supersededSession } from '../../model/planning/sync-sessions.js'
import type { BeginSync, SyncSession, WriteStamp } from '../../store/adapter.js'
import type { MemoryAccount } from '../account.js'
import type { MemoryDatabase } from '../database.js'
import { endOverdue, lastCompleted, syncSession, timeOf } from '../sync-table.js'
import { stampOf } from '../write-stamp.js'

export function beginSync(database: MemoryDatabase, input: WriteStamp & BeginSync): SyncSession {
  const { accountId, sessionId, oaId, origin, retainMs } = input
  const { people, syncSessions } = database.account(accountId)
  const known = syncSessions.get(sessionId)
  if (known !== undefined) return syncSession(known)
  const stamp = { accountId, ...stampOf(input) }
  if (origin === 'pushed') {
    const inbox = people.inboxes.get(oaId)
    if (inbox === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
    people.putInbox(askedInbox(inbox, stamp))
  }
  for (const row of syncSessions.values()) {
    if (row.oaId === oaId && row.origin === origin && row.finishedAt === null)
      syncSessions.set(row.sessionId, supersededSession(row, stamp.now))
  }
  endOverdue(syncSessions, stamp.now)
  clearFinished(syncSessions, stamp.now.getTime() - retainMs)
  const begun = begunSession(stamp, input, lastCompleted(syncSessions.values(), input))
  syncSessions.set(sessionId, begun)
  return syncSession(begun)
}

/** Removes sessions that finished at this time or earlier. The last complete one tells the next where to stop. */
function clearFinished(sessions: MemoryAccount['syncSessions'], until: number): void {
  const isLast = (row: SyncRow) => row.status === 'completed' && lastCompleted(sessions.values(), row) === row
  const over = [...sessions.values()].filter((row) => row.finishedAt !== null && row.finishedAt.getTime() <= until && !isLast(row))
  over.sort((a, b) => timeOf(a.finishedAt) - timeOf(b.finishedAt) || compareBytes(a.sessionId, b.sessionId))
  for (const { sessionId } of over.slice(0, removedSyncSessions)) sessions.delete(sessionId)
}
