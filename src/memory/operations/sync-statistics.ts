import { compareBytes } from '../../model/planning/byte-order.js'
import { statisticsOf } from '../../model/planning/sync-statistics.js'
import type { ListSyncStatistics, SyncStatistics } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'
import { leaseNow } from '../lease-state.js'

export function syncStatistics(database: MemoryDatabase, input: ListSyncStatistics): AdapterPage<SyncStatistics> {
  const { accountId, oaId, after, limit } = input
  const { syncSessions, leases } = database.account(accountId)
  const [afterOaId] = after ?? []
  const inboxes = new Set([...syncSessions.values()].map((row) => row.oaId))
  const wanted = [...inboxes]
    .filter((each) => (oaId === null || each === oaId) && (afterOaId === undefined || compareBytes(each, String(afterOaId)) > 0))
    .sort(compareBytes)
  const now = leaseNow(input)
  return pageOf(wanted, limit, (each) => {
    const lease = leases.find({ kind: 'sync', key: each })
    const lock = lease === null ? null : lease.expiresAt > now ? 'ACTIVE' : 'EXPIRED'
    return statisticsOf(
      accountId,
      each,
      [...syncSessions.values()].filter((row) => row.oaId === each),
      lock,
    )
  })
}
