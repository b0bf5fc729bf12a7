import { compareBytes } from '../../model/planning/byte-order.js'
import type { FindSyncAccounts } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'

export function findSyncAccounts(database: MemoryDatabase, input: FindSyncAccounts): readonly string[] {
  return database
    .accounts()
    .filter((accountId) => database.account(accountId).syncSessions.size > 0)
    .filter((accountId) => input.after === null || compareBytes(accountId, input.after) > 0)
    .sort(compareBytes)
    .slice(0, input.limit)
}
