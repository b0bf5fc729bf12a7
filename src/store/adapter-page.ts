/**
 * A page as an adapter gives it. The core makes the cursor from the last item's sort keys, so every adapter has the
 * same cursors.
 */
export interface AdapterPage<T> {
  readonly items: readonly T[]
  readonly hasMore: boolean
  /** True if there is no conversation with the id that the list is of, so that the id may lead to another one. */
  readonly isOfNone?: boolean
}

/**
 * Makes a page from rows that were read with one more than its limit. The additional row tells whether there are more.
 */
export function pageOf<Row, T>(rows: readonly Row[], limit: number, toItem: (row: Row) => T): AdapterPage<T> {
  return { items: rows.slice(0, limit).map(toItem), hasMore: rows.length > limit }
}
