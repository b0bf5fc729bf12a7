import { compareBytes } from '../../model/planning/byte-order.js'
import type { LeaseName, LeaseState, ListLeases } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { MemoryDatabase } from '../database.js'
import { leaseNow, leaseState } from '../lease-state.js'

export function listLeases(database: MemoryDatabase, input: ListLeases): AdapterPage<LeaseState> {
  const { kind, after, limit } = input
  const now = leaseNow(input)
  const rows = [...database.account(input.accountId).leases.rows.values()]
    .filter((row) => kind === null || row.kind === kind)
    .filter((row) => after === null || byName(row, { kind: String(after[0]), key: String(after[1]) }) > 0)
    .sort(byName)
  return pageOf(rows, limit, (row) => leaseState(row, now))
}

function byName(a: LeaseName, b: LeaseName): number {
  return compareBytes(a.kind, b.kind) || compareBytes(a.key, b.key)
}
