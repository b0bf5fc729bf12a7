import { operatorScope } from '../store/operator-scope.js'
import type { MemoryDatabase } from './database.js'
import type { LeaseRow } from './lease-table.js'

/** The leases of every account, of one kind or of all, but for the operator's own. */
export function leasesOfAccounts(database: MemoryDatabase, kind: string | null): (LeaseRow & { readonly accountId: string })[] {
  return database
    .accounts()
    .filter((accountId) => accountId !== operatorScope)
    .flatMap((accountId) => [...database.account(accountId).leases.rows.values()].map((row) => ({ accountId, ...row })))
    .filter((row) => kind === null || row.kind === kind)
}
