/**
 * Where a worker is killed: before it asks for a batch, when the batch is written and nothing is committed, while that
 * is committed, when it is committed, and before the lease is released.
 */
export const places = ['before the batch', 'before the commit', 'in the commit', 'after the batch', 'before the release'] as const
export type Place = (typeof places)[number]

/** What a process has to do, which it gets as JSON in its one argument. */
export interface KilledWorker {
  readonly engine: 'PostgreSQL' | 'MongoDB'
  readonly url: string
  readonly accountId: string
  /** How many contact inboxes a batch looks at. */
  readonly people: number
  readonly leaseMs: number
  /** The process dies at the batch that follows on so many. Null: it works until its parent says that it is over. */
  readonly dies: { readonly place: Place; readonly at: number; readonly afterMs: number } | null
}

/** What a process tells its parent: that it is connected, or how many batches took effect that it sent. */
export type Told = 'ready' | { readonly batches: number }
