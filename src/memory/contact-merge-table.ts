import type { ContactMergeRow } from '../model/planning/rows.js'
import type { Journal } from './journal.js'

export interface ContactMergeTable {
  readonly rows: ReadonlyMap<string, ContactMergeRow>
  /** The merge by which a contact was lost, if it stands. */
  of(lostId: string): ContactMergeRow | null
  /** The last of the merges into a contact that stand. */
  lastInto(keptId: string): ContactMergeRow | null
  put(row: ContactMergeRow): void
}

export function createContactMergeTable(journal: Journal): ContactMergeTable {
  const rows = new Map<string, ContactMergeRow>()
  const standing = () => [...rows.values()].filter(({ undoneAt }) => undoneAt === null)
  return {
    rows,
    of: (id) => standing().find(({ lostId }) => lostId === id) ?? null,
    lastInto(id) {
      const into = standing().filter(({ keptId }) => keptId === id)
      return into.toSorted((a, b) => b.place - a.place)[0] ?? null
    },
    put: (row) => journal.assign(rows, row.id, row),
  }
}
