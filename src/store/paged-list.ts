/** One page of a list; `nextCursor` is null at the end. Cursors are opaque, and belong to the list that gave them. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

/**
 * `await` it for one page, or `for await` over it for page after page from there on; nothing is read before. Each page
 * is read when its turn comes, so a walk is no snapshot: an item that changes its place meanwhile may be missed, and
 * conversations do (see `listConversations`). It is awaitable, but no Promise: it has no `catch` or `finally` of its
 * own, so await it inside `try`.
 */
export interface PagedList<T> extends PromiseLike<Page<T>>, AsyncIterable<T> {}

/** @internal `fetchPage` gets the cursor of the page to read, undefined for the first. */
export function pagedList<T>(first: string | undefined, fetchPage: (cursor: string | undefined) => Promise<Page<T>>): PagedList<T> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: being awaitable is what the list is for
    then: (resolve, reject) => fetchPage(first).then(resolve, reject),
    async *[Symbol.asyncIterator]() {
      let cursor = first
      do {
        const page: Page<T> = await fetchPage(cursor)
        yield* page.items
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
    },
  }
}
