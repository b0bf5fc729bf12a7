import type { Scoped, SyncSession } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { syncSession } from '../sync-table.js'

export function findSyncSession(database: MemoryDatabase, input: Scoped & { readonly sessionId: string }): SyncSession | null {
  const row = database.account(input.accountId).syncSessions.get(input.sessionId)
  return row === undefined ? null : syncSession(row)
}
