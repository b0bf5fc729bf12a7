import { compareBytes } from '../../model/planning/byte-order.js'
import type { AccountLease, ListAllLeases } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'
import { leaseNow, leaseState } from '../lease-state.js'
import { leasesOfAccounts } from '../leases-of-accounts.js'

type Name = Pick<AccountLease, 'accountId' | 'kind' | 'key'>

export function listAllLeases(database: MemoryDatabase, input: ListAllLeases): AdapterPage<AccountLease> {
  const { kind, after, limit } = input
  const now = leaseNow(input)
  const [accountId, afterKind, key] = (after ?? []).map(String)
  const last = accountId === undefined || afterKind === undefined || key === undefined ? null : { accountId, kind: afterKind, key }
  const rows = leasesOfAccounts(database, kind)
    .filter((row) => last === null || byName(row, last) > 0)
    .sort(byName)
  return pageOf(rows, limit, (row) => ({ accountId: row.accountId, ...leaseState(row, now) }))
}

function byName(a: Name, b: Name): number {
  return compareBytes(a.accountId, b.accountId) || compareBytes(a.kind, b.kind) || compareBytes(a.key, b.key)
}
