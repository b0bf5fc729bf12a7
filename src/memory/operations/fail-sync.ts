import { failedSession } from '../../model/planning/sync-sessions.js'
import type { FailSync, SyncSession, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { syncSession } from '../sync-table.js'
import { stampOf } from '../write-stamp.js'

export function failSync(database: MemoryDatabase, input: WriteStamp & FailSync): SyncSession | null {
  const { accountId, sessionId } = input
  const { syncSessions } = database.account(accountId)
  const failed = failedSession(syncSessions.get(sessionId) ?? null, { accountId, ...stampOf(input) }, input)
  if (failed === null) return null
  syncSessions.set(sessionId, failed)
  return syncSession(failed)
}
