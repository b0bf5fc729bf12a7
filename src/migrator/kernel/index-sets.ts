/**
 * The set of the indexes that the store's own queries and guards need. Every run makes it, and an index that names no
 * set belongs to it.
 */
export const storeIndexSet = 'store'

/** Whether a run that asks for the index set `asked` makes what belongs to `set`. Null asks for all sets. */
export function isAsked(set: string | undefined, asked: string | null): boolean {
  return asked === null || set === undefined || set === storeIndexSet || set === asked
}
