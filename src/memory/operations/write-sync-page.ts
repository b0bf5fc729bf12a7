import { countWritten, sessionOfPage, withPage } from '../../model/planning/sync-sessions.js'
import type { SyncSession, WriteStamp, WriteSyncPage } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { syncSession } from '../sync-table.js'
import { stampOf } from '../write-stamp.js'
import { upsertConversations } from './upsert-conversations.js'

/** Only the items can fail, and then they leave nothing behind. */
export function writeSyncPage(database: MemoryDatabase, input: WriteStamp & WriteSyncPage): SyncSession {
  const { accountId, sessionId, items, operationId } = input
  const { syncSessions } = database.account(accountId)
  const { row, isWritten } = sessionOfPage(syncSessions.get(sessionId) ?? null, operationId, input)
  if (isWritten) return syncSession(row)
  const results = upsertConversations(database, { ...input, atomic: true, firstSentAt: null })
  const next = withPage(row, { accountId, ...stampOf(input) }, input, countWritten(items, results))
  syncSessions.set(sessionId, next)
  return syncSession(next)
}
