import type { Page } from '../store/paged-list.js'

/** The first `limit` of what is left of a list. The core makes the cursor; here it only tells that there is more. */
export function pageOf<Row, T>(rows: readonly Row[], limit: number, toRecord: (row: Row) => T): Page<T> {
  return { items: rows.slice(0, limit).map(toRecord), nextCursor: rows.length > limit ? 'more' : null }
}
