import { compositeKey } from '../model/composite-key.js'
import type { LeaseName } from '../store/adapter.js'

/** A lease as it is stored. */
export interface LeaseRow extends LeaseName {
  readonly holder: string
  readonly token: number
  readonly operationId: string
  readonly since: Date
  readonly expiresAt: Date
}

/** The leases of one account. The last token of each stands apart, so that a lease that went away gets the next one. */
export interface LeaseTable {
  readonly rows: ReadonlyMap<string, LeaseRow>
  find(name: LeaseName): LeaseRow | null
  nextToken(name: LeaseName): number
  put(row: LeaseRow): void
  remove(name: LeaseName): void
}

export function createLeaseTable(): LeaseTable {
  const rows = new Map<string, LeaseRow>()
  const tokens = new Map<string, number>()
  const keyOf = ({ kind, key }: LeaseName) => compositeKey(kind, key)
  return {
    rows,
    find: (name) => rows.get(keyOf(name)) ?? null,
    nextToken(name) {
      const token = (tokens.get(keyOf(name)) ?? 0) + 1
      tokens.set(keyOf(name), token)
      return token
    },
    put: (row) => void rows.set(keyOf(row), row),
    remove: (name) => void rows.delete(keyOf(name)),
  }
}
