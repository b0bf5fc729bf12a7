import type { ReleaseExpiredLeases } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { leaseNow } from '../lease-state.js'
import { leasesOfAccounts } from '../leases-of-accounts.js'

export function releaseExpiredLeases(database: MemoryDatabase, input: ReleaseExpiredLeases): number {
  const now = leaseNow(input)
  const over = leasesOfAccounts(database, input.kind).filter(({ expiresAt }) => expiresAt <= now)
  for (const row of over) database.account(row.accountId).leases.remove(row)
  return over.length
}
