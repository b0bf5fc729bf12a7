import { resumedSession } from '../../model/planning/sync-sessions.js'
import type { ResumeSync, SyncSession, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { syncSession } from '../sync-table.js'
import { stampOf } from '../write-stamp.js'

export function resumeSync(database: MemoryDatabase, input: WriteStamp & ResumeSync): SyncSession | null {
  const { syncSessions } = database.account(input.accountId)
  const resumed = resumedSession(syncSessions.get(input.sessionId) ?? null, stampOf(input).now, input)
  if (resumed === null) return null
  syncSessions.set(input.sessionId, resumed)
  return syncSession(resumed)
}
