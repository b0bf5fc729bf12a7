import type { Page } from '../../store/paged-list.js'

/** Cuts a page from rows that were read with one more than its limit; the cursor is the key of its last item, as JSON. */
export function toPage<T>(items: readonly T[], limit: number, key: (item: T) => readonly (string | number)[]): Page<T> {
  const page = items.slice(0, limit)
  const last = page.at(-1)
  return { items: page, nextCursor: items.length > limit && last !== undefined ? JSON.stringify(key(last)) : null }
}
