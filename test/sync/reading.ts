import type { HistoryPage, HistorySource, ReadPagesOptions, SourceClock, SyncLogger } from '../../src/sync/index.js'

/** A clock that waits for nothing: whoever sleeps moves it on. */
export function quickClock(): SourceClock & { readonly slept: readonly number[] } {
  const slept: number[] = []
  let now = 0
  return {
    slept,
    now: () => now,
    sleep: async (ms) => {
      now += ms
      if (ms > 0) slept.push(ms)
    },
  }
}

export function keptLog(): SyncLogger & { readonly lines: readonly string[] } {
  const lines: string[] = []
  const log = (...told: readonly unknown[]) => void lines.push(told.map(String).join(' '))
  return { lines, debug: log, info: log, warn: log, error: log }
}

export async function readAll(source: HistorySource, options: Partial<ReadPagesOptions> = {}): Promise<readonly HistoryPage[]> {
  const pages: HistoryPage[] = []
  for await (const page of source.pages({ cursor: null, ...options })) pages.push(page)
  return pages
}

/** The ids of the messages of each customer, in the order in which they were given. */
export function messageIdsIn(pages: readonly HistoryPage[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { customerId, events } of pages.flatMap(({ conversations }) => conversations)) {
    const ids = found.get(customerId) ?? []
    ids.push(...events.flatMap((event) => (event.type === 'message' && event.messageId !== undefined ? [event.messageId] : [])))
    found.set(customerId, ids)
  }
  return found
}
