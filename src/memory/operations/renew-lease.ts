import type { LeaseState, RenewLease, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { leaseNow, leaseState } from '../lease-state.js'

export function renewLease(database: MemoryDatabase, input: WriteStamp & RenewLease): LeaseState | null {
  const { leases } = database.account(input.accountId)
  const found = leases.find(input)
  if (found?.token !== input.token) return null
  const now = leaseNow(input)
  const row = { ...found, expiresAt: new Date(now.getTime() + input.ttlMs) }
  leases.put(row)
  return leaseState(row, now)
}
