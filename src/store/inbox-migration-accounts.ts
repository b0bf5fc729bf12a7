import { defaultSweepEvents } from '../model/limits.js'
import { readSignal } from '../model/validation/call-options.js'
import { findInboxMigrationAccountsInput } from '../model/validation/inbox-migration-schemas.js'
import type { AccountContext } from './account-context.js'
import type { CallOptions } from './inputs.js'

/** Which accounts move an inbox, for whoever runs the workers. */
export interface InboxMigrationAccounts {
  /**
   * The accounts that have migrations of inboxes which are not over, at most `limit` of them (default 1,000), in
   * the order of their bytes. With `after`, those that come after this account. Which
   * they are is told by `store.forAccount(id).listInboxMigrations({ active: true })`.
   */
  findInboxMigrationAccounts(
    input?: { readonly after?: string | null; readonly limit?: number },
    options?: CallOptions,
  ): Promise<readonly string[]>
}

export function inboxMigrationAccounts(operator: AccountContext): InboxMigrationAccounts {
  return {
    async findInboxMigrationAccounts(given = {}, options) {
      const { after = null, limit = defaultSweepEvents } = operator.parse(findInboxMigrationAccountsInput, given)
      return operator.dispatch.read(readSignal(options), (operations, bounds) =>
        operations.findInboxMigrationAccounts({ after, limit, ...bounds }),
      )
    },
  }
}
