import type { AcquireLease, LeaseFound, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { leaseNow, leaseState } from '../lease-state.js'

/** A call that is sent again has what it acquired, as long as nobody else acquired it since. */
export function acquireLease(database: MemoryDatabase, input: WriteStamp & AcquireLease): LeaseFound {
  const { leases } = database.account(input.accountId)
  const { kind, key, holder, ttlMs, operationId } = input
  const now = leaseNow(input)
  const found = leases.find(input)
  if (found !== null && found.expiresAt > now) return { acquired: found.operationId === operationId, lease: leaseState(found, now) }
  const expiresAt = new Date(now.getTime() + ttlMs)
  const row = { kind, key, holder, token: leases.nextToken(input), operationId, since: now, expiresAt }
  leases.put(row)
  return { acquired: true, lease: leaseState(row, now) }
}
