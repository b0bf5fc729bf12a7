import { ConversationStoreError, type ErrorDetails } from '../model/errors.js'

type Details = ErrorDetails['DUPLICATE_KEYS']

/** A conversation that a unique index did not let come back. */
export interface RefusedBack extends Pick<Details, 'collection' | 'index' | 'fields'> {
  readonly key: Readonly<Record<string, unknown>>
  /** What lists the rows that are in the way. */
  readonly query: string
}

const mostGroups = 20

/** DUPLICATE_KEYS for those that were refused by the same index as the first. */
export function duplicatesOf(database: string, first: RefusedBack, all: readonly RefusedBack[]): ConversationStoreError<'DUPLICATE_KEYS'> {
  const counts = new Map<string, { readonly key: RefusedBack['key']; count: number }>()
  for (const { key } of all.filter(({ index }) => index === first.index)) {
    const text = JSON.stringify(Object.values(key).map(String))
    // Whoever has the key now is one of them.
    const group = counts.get(text) ?? { key, count: 1 }
    counts.set(text, { ...group, count: group.count + 1 })
  }
  const groups = [...counts.values()].sort((a, b) => b.count - a.count)
  const { collection, index, fields, query } = first
  return new ConversationStoreError('DUPLICATE_KEYS', {
    database,
    collection,
    index,
    fields,
    groups: groups.slice(0, mostGroups),
    totalGroups: groups.length,
    totalDocuments: groups.reduce((sum, { count }) => sum + count, 0),
    query,
  })
}
