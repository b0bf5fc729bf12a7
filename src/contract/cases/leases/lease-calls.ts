import assert from 'node:assert/strict'
import type { AcquireLease, LeaseName, LeaseState } from '../../../store/lease-port.js'
import type { Leases } from '../../../store/leases.js'

/** Long enough that no lease of a case runs out by itself. */
export const longMs = 60_000

const patienceMs = 10_000

/** Acquires a lease that has to be free. */
export async function acquired(leases: Leases, name: LeaseName, how: Partial<AcquireLease> = {}): Promise<LeaseState> {
  const answer = await leases.acquireLease({ ...name, holder: 'a', ttlMs: longMs, ...how })
  assert.ok(answer.acquired, 'the lease is held')
  return answer.lease
}

/**
 * Acquires a lease whose time is about to be over. The database's clock cannot be moved, so this asks until it has run
 * on.
 */
export async function acquiredOnceOver(leases: Leases, name: LeaseName, how: Partial<AcquireLease> = {}): Promise<LeaseState> {
  const givenUpAt = performance.now() + patienceMs
  while (performance.now() < givenUpAt) {
    const answer = await leases.acquireLease({ ...name, holder: 'b', ttlMs: longMs, ...how })
    if (answer.acquired) return answer.lease
  }
  assert.fail('a lease of a millisecond did not run out')
}

/** Waits until a lease has run out by the database's clock. */
export async function runOut(leases: Leases, { kind, key }: LeaseName): Promise<LeaseState> {
  const givenUpAt = performance.now() + patienceMs
  while (performance.now() < givenUpAt) {
    const { items } = await leases.listLeases({ kind })
    const found = items.find((each) => each.key === key)
    if (found !== undefined && found.expiresInMs <= 0) return found
  }
  assert.fail('a lease of a millisecond did not run out')
}
