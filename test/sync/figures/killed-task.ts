/**
 * Where a process is killed: before it asks for a page, when the page's conversations are written and nothing is
 * committed, while that is committed, when the page and the cursor are committed, and before it releases the lock.
 */
export const places = ['before the fetch', 'before the commit', 'in the commit', 'after the cursor', 'before the release'] as const
export type Place = (typeof places)[number]

/** What a process has to do, which it gets as JSON in its one argument. */
export interface KilledSync {
  readonly engine: 'PostgreSQL' | 'MongoDB'
  readonly url: string
  readonly accountId: string
  /** Where the fake API listens. */
  readonly origin: string
  readonly pageId: string
  readonly lockTtlMs: number
  /** The process dies at the page that follows on so many. Null: it does not. */
  readonly dies: { readonly place: Place; readonly at: number; readonly afterMs: number } | null
}

/** What it exits with: everything is read, and the lock was lost, because the machine stood still for too long. */
export const exits = { completed: 0, lostLock: 3 } as const
