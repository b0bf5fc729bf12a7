import type { ListSyncSessions, SyncSession } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'
import { newestFirst } from '../newest-first.js'
import { syncSession } from '../sync-table.js'

export function listSyncSessions(database: MemoryDatabase, input: ListSyncSessions): AdapterPage<SyncSession> {
  const { oaId, status, after, limit } = input
  const rows = [...database.account(input.accountId).syncSessions.values()].filter(
    (row) => (oaId === null || row.oaId === oaId) && (status === null || row.status === status),
  )
  const sorted = newestFirst(rows, after, ({ startedAt, sessionId }) => [startedAt, sessionId])
  return pageOf(sorted, limit, syncSession)
}
