import { listLeasesInput, releaseExpiredLeasesInput } from '../model/validation/lease-schemas.js'
import { type AccountContext, sendWrite } from './account-context.js'
import type { CallOptions, PageInput } from './inputs.js'
import type { KeysetList } from './keyset-list.js'
import type { AccountLease } from './lease-port.js'
import type { PagedList } from './paged-list.js'
import { preparedList } from './prepared-list.js'

/** The leases of all accounts, for whoever operates the store. The operator's own are those of `Leases`. */
export interface AllLeases {
  /**
   * Lists the leases of all accounts that are held, or that ran out and were not released, by account, `kind` and
   * `key`. One whose `expiresInMs` is 0 or less has run out.
   */
  listAllLeases(input?: PageInput & { readonly kind?: string }, options?: CallOptions): PagedList<AccountLease>

  /**
   * Releases all leases of a kind whose time is over, in every account, by one statement, and returns how many. A lease
   * that is renewed or taken over at the same moment stays, and on PostgreSQL so does one under which a write is under
   * way. Tokens go on from where they were. A lease that ran out is in nobody's way, so this only tidies the list: its
   * holder, if it is still at work, gets LEASE_LOST. After a lost reply the result tells what the last attempt
   * released.
   */
  releaseExpiredLeases(input: { readonly kind: string }): Promise<number>
}

export function allLeases(context: AccountContext): AllLeases {
  return {
    listAllLeases: (input = {}, options) =>
      preparedList(context, options, () => {
        const { kind = null, ...page } = context.parse(listLeasesInput, input)
        const keyset: KeysetList<AccountLease> = {
          name: kind === null ? 'all leases' : `all leases of ${kind}`,
          kinds: ['id', 'id', 'id'],
          keysOf: (lease) => [lease.accountId, lease.kind, lease.key],
          fetchPage: (operations, { accountId: _, ...at }) => operations.listAllLeases({ ...at, kind, now: context.now() }),
        }
        return { keyset, page }
      }),

    async releaseExpiredLeases(given) {
      const { kind } = context.parse(releaseExpiredLeasesInput, given)
      return sendWrite(context, (operations, { accountId: _, ...stamp }) => operations.releaseExpiredLeases({ ...stamp, kind }))
    },
  }
}
