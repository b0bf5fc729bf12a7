/**
 * - `running`: it is at work, or its last run ended with its budget and it can be gone on with.
 * - `completed`: everything that the source gives was read and written.
 * - `failed`: its last run ended with an error (`lastError`). As long as it has no `finishedAt` it can be gone on with.
 * - `superseded`: another session of the inbox began before it was completed.
 */
export type SyncStatus = 'running' | 'completed' | 'failed' | 'superseded'

/** Whether the host pulls the history from a source, or the channel pushes it by webhooks. */
export type SyncOrigin = 'pulled' | 'pushed'

/** What was counted. A page that is read again after a stop was never counted before. */
export interface SyncCounts {
  /**
   * Pages that were written, also those that held nothing. Of a pushed history: bodies that said something new of how
   * far it is, or brought messages.
   */
  readonly pages: number
  /** Conversations in these pages. One that goes over several pages counts in each of them. */
  readonly conversations: number
  /** Conversations that did not exist in the store before. */
  readonly created: number
  /** Messages that were not known before. */
  readonly messages: number
  /** Messages and other events that were known before. */
  readonly duplicates: number
  /**
   * What the source, or the store, could not use. It was left out. It is counted while the list is read, and not when
   * its head is read again: nothing says which of it is new there, so what came to the head since is not counted.
   */
  readonly invalid: number
  /** What there is, and the source does not let be read. It is counted as `invalid` is. */
  readonly unreadable: number
}

/** One pull of an inbox's history, or one that its channel pushes, over all of its runs. */
export interface SyncSession extends SyncCounts {
  readonly sessionId: string
  readonly accountId: string
  readonly oaId: string
  readonly origin: SyncOrigin
  /** The `name` of the source. */
  readonly source: string
  readonly status: SyncStatus
  /**
   * `list`: the source is read to its end, or to `since`. `head`: what changed meanwhile is read again. Pushed sessions
   * have the channel's own phase instead, as text.
   */
  readonly phase: string
  /** Where the next run goes on. Null at the beginning of a phase. */
  readonly cursor: string | null
  /** The engine's own notes on how far it has to read. Null for pushed sessions. */
  readonly walk: string | null
  /** What is older, by the source's clock, was read by a session before. Null when everything is read. */
  readonly since: Date | null
  /** The newest change that the source knew when the session began, by its own clock. Null before the first page. */
  readonly beganAt: Date | null
  /** How far a pushed history is, in percent, as the channel says. Null for pulled ones. */
  readonly progress: number | null
  readonly startedAt: Date
  /** When it last moved. */
  readonly updatedAt: Date
  /** When it was completed, superseded or given up. Null while it can be gone on with. */
  readonly finishedAt: Date | null
  /** When a pushed session is over if the channel says nothing further. Null for pulled ones, and once it is over. */
  readonly deadlineAt: Date | null
  /**
   * For how long its runs have been at work, without the pauses between them. A pushed one: from its beginning to the
   * last body of its history.
   */
  readonly elapsedMs: number
  /**
   * Why the last run ended early: a code and a sentence of ours, never what people wrote, and no token. Null once the
   * session moved on.
   */
  readonly lastError: SyncError | null
}

export interface SyncError {
  readonly code: string
  readonly message: string
}

/** How the syncs of one inbox went: over all its sessions that are kept, pulled and pushed. */
export interface SyncStatistics {
  readonly accountId: string
  readonly oaId: string
  readonly sessions: number
  readonly completed: number
  readonly failed: number
  readonly superseded: number
  /** The completed among those that have ended, from 0 to 1. Null while none has ended. */
  readonly completionRate: number | null
  readonly pages: number
  readonly messages: number
  /** The `elapsedMs` of the completed sessions: half of them, and 95 of 100, have no more than this. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  /** The error of the session that moved last among those that have one. */
  readonly lastError: SyncError | null
  readonly lastStartedAt: Date
  readonly lastCompletedAt: Date | null
  /** Whether somebody holds the inbox's lock, or let it run out without releasing it. Null when nobody has it. */
  readonly lock: 'ACTIVE' | 'EXPIRED' | null
}
