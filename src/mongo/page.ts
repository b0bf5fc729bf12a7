import type { Page } from '../store/paged-list.js'
import type { Doc } from './driver.js'

/** A page of documents that were asked for with one more than the limit, which tells whether there are more. */
export function pageOf<T>(
  documents: readonly Doc[],
  limit: number,
  toItem: (doc: Doc) => T,
  keysOf: (item: T) => readonly (string | number)[],
): Page<T> {
  const items = documents.slice(0, limit).map(toItem)
  const last = items.at(-1)
  return { items, nextCursor: documents.length > limit && last !== undefined ? JSON.stringify(keysOf(last)) : null }
}
