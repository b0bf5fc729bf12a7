import type { WriteStamp } from '../store/adapter.js'
import { leaseLost } from '../store/lease-key.js'
import type { MemoryDatabase } from './database.js'

/** Throws LEASE_LOST for a write that stands under a lease which is another token's by now, or nobody's. */
export function requireLease(database: MemoryDatabase, input: object): void {
  const { accountId, lease } = input as Partial<WriteStamp>
  if (accountId === undefined || lease === undefined) return
  if (database.account(accountId).leases.find(lease)?.token !== lease.token) throw leaseLost(lease)
}
