/**
 * The set of the indexes that the store's own queries and guards need. Every run makes it, and what names no set
 * belongs to it.
 */
export const storeIndexSet = 'store'

/** Whether a run that asks for an index set by its name makes what belongs to `set`. Null asks for all sets. */
export function isAsked(set: string | undefined, asked: string | null): boolean {
  return asked === null || set === undefined || set === storeIndexSet || set === asked
}
