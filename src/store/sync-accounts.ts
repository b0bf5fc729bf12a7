import { defaultSweepEvents } from '../model/limits.js'
import { readSignal } from '../model/validation/call-options.js'
import { findSyncAccountsInput } from '../model/validation/sync-schemas.js'
import type { AccountContext } from './account-context.js'
import type { CallOptions } from './inputs.js'

/** Which accounts have pulled an inbox, for whoever operates the store. */
export interface SyncAccounts {
  /**
   * The accounts that have sessions of syncs, at most `limit` of them (default 1,000), in the order of their
   * bytes. With `after`, those that come after this account. How each went is told by
   * `store.forAccount(id).syncStatistics()`.
   */
  findSyncAccounts(input?: { readonly after?: string | null; readonly limit?: number }, options?: CallOptions): Promise<readonly string[]>
}

export function syncAccounts(operator: AccountContext): SyncAccounts {
  return {
    async findSyncAccounts(given = {}, options) {
      const { after = null, limit = defaultSweepEvents } = operator.parse(findSyncAccountsInput, given)
      return operator.dispatch.read(readSignal(options), (operations, bounds) => operations.findSyncAccounts({ after, limit, ...bounds }))
    },
  }
}
