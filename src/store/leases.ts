import { acquireLeaseInput, listLeasesInput, releaseLeaseInput, renewLeaseInput } from '../model/validation/lease-schemas.js'
import { type AccountContext, sendWrite } from './account-context.js'
import type { CallOptions, PageInput } from './inputs.js'
import type { KeysetList } from './keyset-list.js'
import { leaseLost } from './lease-key.js'
import type { AcquireLease, LeaseAnswer, LeaseState, ReleaseLease, RenewLease } from './lease-port.js'
import type { PagedList } from './paged-list.js'
import { preparedList } from './prepared-list.js'

/**
 * Leases: locks that end by themselves. A lease belongs to one account, or to the operator (`store.forOperator()`). Its
 * time is kept by the database's clock, also where a store has a `clock` of its own; only the memory adapter, which has
 * no other clock, goes by that one.
 *
 * A holder that stood still may go on after another one took over. So what it writes has to be refused by its token,
 * which is lower than the successor's, or do no harm when it is written twice.
 */
export interface Leases {
  /**
   * Acquires a lease that nobody holds, or whose time is over. Any number of concurrent callers may try; one gets it,
   * and the others are told who has it, since when and until when. It is atomic.
   */
  acquireLease(input: AcquireLease): Promise<LeaseAnswer>

  /**
   * Gives the holder of this token the lease for `ttlMs` from now. It also renews a lease whose time is over, as long
   * as nobody else acquired it: nothing can have happened under another token in between. Throws LEASE_LOST once
   * another one has acquired it, or when it was released.
   */
  renewLease(input: RenewLease): Promise<LeaseState>

  /** Releases the lease. It does nothing when the lease no longer belongs to this token. */
  releaseLease(input: ReleaseLease): Promise<void>

  /**
   * Lists the leases that are held, or that ran out and were not released, by `kind` and `key`. One whose `expiresInMs`
   * is 0 or less has run out. An operator may release any of them by its token.
   */
  listLeases(input?: PageInput & { readonly kind?: string }, options?: CallOptions): PagedList<LeaseState>
}

export function accountLeases(context: AccountContext): Leases {
  return {
    async acquireLease(given) {
      const input = context.parse(acquireLeaseInput, given)
      const { acquired, lease } = await sendWrite(context, (operations, stamp) => operations.acquireLease({ ...stamp, ...input }))
      if (acquired) return { acquired, lease }
      const { token: _, ...heldBy } = lease
      return { acquired, heldBy }
    },

    async renewLease(given) {
      const input = context.parse(renewLeaseInput, given)
      const lease = await sendWrite(context, (operations, stamp) => operations.renewLease({ ...stamp, ...input }))
      if (lease === null) throw leaseLost(input)
      return lease
    },

    async releaseLease(given) {
      const input = context.parse(releaseLeaseInput, given)
      await sendWrite(context, (operations, stamp) => operations.releaseLease({ ...stamp, ...input }))
    },

    listLeases: (input = {}, options) =>
      preparedList(context, options, () => {
        const { kind = null, ...page } = context.parse(listLeasesInput, input)
        const keyset: KeysetList<LeaseState> = {
          name: kind === null ? 'leases' : `leases of ${kind}`,
          kinds: ['id', 'id'],
          keysOf: (lease) => [lease.kind, lease.key],
          fetchPage: (operations, at) => operations.listLeases({ ...at, kind, now: context.now() }),
        }
        return { keyset, page }
      }),
  }
}
