import { compareBytes } from '../../model/planning/byte-order.js'
import type { ListSyncSessions, SyncSession } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'
import { byStart, syncSession } from '../sync-table.js'

export function listSyncSessions(database: MemoryDatabase, input: ListSyncSessions): AdapterPage<SyncSession> {
  const { oaId, status, after, limit } = input
  const [afterTime, afterId] = after ?? []
  const rows = [...database.account(input.accountId).syncSessions.values()]
    .filter((row) => (oaId === null || row.oaId === oaId) && (status === null || row.status === status))
    .sort(byStart)
    .filter(({ startedAt, sessionId }) => {
      if (afterTime === undefined) return true
      const time = startedAt.getTime() - Number(afterTime)
      return time < 0 || (time === 0 && compareBytes(sessionId, String(afterId)) < 0)
    })
  return pageOf(rows, limit, syncSession)
}
