import type { MergeRow } from '../model/planning/rows.js'
import type { Journal } from './journal.js'

export interface MergeTable {
  readonly rows: ReadonlyMap<string, MergeRow>
  /** The merge because of which the id of a conversation leads to another one, if it does now. */
  of(lostId: string): MergeRow | null
  /** The merges by which ids lead to a conversation now. */
  into(keptId: string): readonly MergeRow[]
  put(row: MergeRow): void
}

export function createMergeTable(journal: Journal): MergeTable {
  const rows = new Map<string, MergeRow>()
  const standing = () => [...rows.values()].filter(({ undoneAt }) => undoneAt === null)
  return {
    rows,
    of: (lostId) => standing().find(({ lost }) => lost.id === lostId) ?? null,
    into: (keptId) => standing().filter((row) => row.keptId === keptId),
    put: (row) => journal.assign(rows, row.id, row),
  }
}
