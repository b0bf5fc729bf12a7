import { isConversationStoreError } from '../model/errors.js'
import { holdLease, type Lease, type LeaseTable } from './lease.js'
import { keyOf } from './lease-key.js'
import type { LeaseClaim, LeaseName, LeaseState } from './lease-port.js'
import type { Leases } from './leases.js'

/** A lease that this process renews by itself, until it is released or lost. As an option it guards a write. */
export interface KeptLease extends Lease, LeaseClaim {}

export interface KeepLeaseOptions extends LeaseName {
  /** Who holds it, in words for whoever is told that it is held, e.g. the host's name and the process. */
  readonly holder: string
  /** For how long the database keeps the lease after the last renewal. It is renewed every third of this time. */
  readonly ttlMs: number
  /** How long to wait while another holder has the lease. Default 0: one attempt. */
  readonly waitMs?: number
  /** Ends the wait. Once the lease is acquired it has no effect. */
  readonly signal?: AbortSignal
}

/** Who has a lease that could not be acquired. */
export type LeaseHeldBy = Omit<LeaseState, 'token'>

/**
 * Acquires a lease and renews it in the background. `leases` are an account (`store.forAccount(id)`) or the operator's
 * calls (`store.forOperator()`). `heldBy` means that another holder has it. The work under the lease goes by
 * `lease.signal`, which aborts with LEASE_LOST when another holder took over, and at the latest when the time of the
 * lease is over by this process's own monotonic clock, also if the database does not answer. Throws ABORTED for a wait
 * that the signal ended.
 */
export async function keepLease(
  leases: Pick<Leases, 'acquireLease' | 'renewLease' | 'releaseLease'>,
  options: KeepLeaseOptions,
): Promise<KeptLease | { readonly heldBy: LeaseHeldBy }> {
  const { kind, key, holder, ttlMs, waitMs = 0, signal = null } = options
  const table: LeaseTable<LeaseHeldBy> = {
    async acquire(_, by, forMs) {
      const answer = await leases.acquireLease({ kind, key, holder: by, ttlMs: forMs })
      return answer.acquired ? { token: answer.lease.token } : { heldBy: answer.heldBy }
    },
    async renew(_, token, forMs) {
      try {
        await leases.renewLease({ kind, key, token, ttlMs: forMs })
        return true
      } catch (error) {
        if (isConversationStoreError(error, 'LEASE_LOST')) return false
        throw error
      }
    },
    release: (_, token) => leases.releaseLease({ kind, key, token }),
  }
  const held = await holdLease(table, keyOf(options), { holder, ttlMs, waitMs, signal })
  return 'heldBy' in held ? held : { kind, key, ...held }
}
