import type { LeaseClaim } from './lease-claim.js'

/** What bounds every call in time. */
export interface Bounded {
  /**
   * The moment of this process's `performance.now()` at which the adapter gives the call up. It throws UNAVAILABLE or
   * CONTENTION if nothing was applied, and COMMIT_OUTCOME_UNKNOWN otherwise. It is left out for calls in the host's own
   * transaction, which no deadline of the store's cuts.
   */
  readonly deadline?: number
}

export interface Scoped extends Bounded {
  readonly accountId: string
  readonly signal: AbortSignal | null
}

/** What every write carries. */
export interface WriteStamp extends Bounded {
  readonly accountId: string
  /** Stays the same on every retry of one call. */
  readonly operationId: string
  /**
   * The moment when the call was first sent, when an earlier attempt may have been applied; otherwise null. It is a
   * time of this process's `performance.now()`, so an adapter turns it into an age (`resentAfter`), at the moment
   * when the statement goes to its connection, or later. An age that was taken before a wait would be too short. An
   * adapter throws COMMIT_OUTCOME_UNKNOWN when it cannot prove that the earlier attempt was not applied, because the
   * conversation has seen 16 operations since.
   */
  readonly firstSentAt: number | null
  /** The time of the injected clock, or null for the database's clock. */
  readonly now: Date | null
  /**
   * The lease under which the write stands, if there is one. The adapter looks in the write's own step whether it is
   * still this token's, and throws LEASE_LOST if it is not. From then until the step is over nobody can take it over.
   */
  readonly lease?: LeaseClaim
}

export interface PageRequest {
  readonly limit: number
  /**
   * The decoded cursor: the sort keys of the last item of the page before, in the list's own order. Null for the first
   * page.
   */
  readonly after: readonly (string | number)[] | null
}
