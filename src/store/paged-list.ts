/**
 * One page of a list. `nextCursor` is null on the last page. Cursors are opaque and belong to the list that gave them.
 */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

/**
 * A list that is read page by page. `await` gives one page; `for await` walks from that page to the end. Nothing is
 * read before. A walk reads each page when it gets there, so it is not a snapshot: it may miss an item that changes its
 * place meanwhile, which conversations do (see `listConversations`). The list can be awaited, but it is not a Promise:
 * it has no `catch` or `finally` of its own, so await it inside `try`.
 */
export interface PagedList<T> extends PromiseLike<Page<T>>, AsyncIterable<T> {}

/** @internal `fetchPage` gets the cursor of the page to read, or undefined for the first page. */
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
