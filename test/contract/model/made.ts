import type { KnownSession } from './sync-calls.js'

/** The ids of what a replica has made, whichever account it belongs to. */
export interface Made {
  readonly merges: string[]
  readonly contactMerges: string[]
  readonly webhooks: string[]
  /** The sessions of syncs, as they were when an answer last told of them. */
  readonly sessions: KnownSession[]
}

/** One of the last ids. */
export function oneOf(ids: readonly string[], number: number): string {
  return ids.at(-1 - (number % Math.max(1, ids.length))) ?? 'none yet'
}
