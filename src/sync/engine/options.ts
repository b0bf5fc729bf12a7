import type { SyncCounts } from '../../store/sync-port.js'
import type { HistorySource } from '../source.js'
import type { SourceClock } from '../source-clock.js'
import type { SyncLogger } from '../sync-logger.js'

export interface SyncOptions {
  /** The inbox whose history is pulled. */
  readonly oaId: string
  /** Where the history comes from. Give the same source to every run of a session. */
  readonly source: HistorySource
  /** Who pulls, in words for whoever is told that somebody does. Default: the host's name and the process. */
  readonly owner?: string
  /**
   * The session to go on with, as an earlier run returned it. Null or left out: a new one, which supersedes that of
   * before.
   */
  readonly resumeSession?: string | null
  /**
   * When a run ends although there is more. It is looked at between two pages, so the first page of a run is always
   * tried, and a run may take as long as one page more. Default: no bound.
   */
  readonly budget?: SyncBudget
  /**
   * Whether a new session stops at what the last complete one of this inbox and source has read: at its *start*, by the
   * source's clock, because what changed during it may have come to it too early. Without a complete one everything is
   * read. A session that is gone on with keeps what it began with. Default false. Refused for a source without order.
   */
  readonly incremental?: boolean
  /**
   * Messages that are later than this are written as live ones: they count as unread, wake and reopen. It is for
   * catching up after an outage of the webhooks. Everything else is history. Give it to every run of a session.
   */
  readonly liveSince?: Date
  /** What history opens for a customer without any conversation. Default `open`. Give it to every run of a session. */
  readonly opens?: 'open' | 'closed'
  /** For how long the database keeps the inbox's lock after its last renewal. Default 60,000. */
  readonly lockTtlMs?: number
  /** For how many days finished sessions are kept: the beginning of the next one removes older ones. Default 90. */
  readonly retainDays?: number
  /** Ends the run with ABORTED. What was written stays, and the session can be gone on with. */
  readonly signal?: AbortSignal
  /** Called after each page that was written. What it throws ends the run, as an abort does. */
  readonly onProgress?: (progress: SyncProgress) => void | Promise<void>
  /** Where warnings go. Default: the console. */
  readonly logger?: SyncLogger
  /** For tests. */
  readonly clock?: SourceClock
}

export interface SyncBudget {
  /** Milliseconds of this process. */
  readonly ms?: number
  readonly pages?: number
}

/** What one run did. The counts are of this run; `findSyncSession` and `syncStatistics` have those of the session. */
export interface SyncRun extends SyncCounts {
  /** Whether there is more to read. Run again with `resumeSession` then. */
  readonly hasMore: boolean
  /** The session to go on with. Null when it is completed. */
  readonly resumeSession: string | null
  readonly elapsedMs: number
}

/** Where a run is, after each page. The counts are of this run. */
export interface SyncProgress extends SyncCounts {
  readonly session: string
  readonly phase: 'list' | 'head'
  readonly elapsedMs: number
  /** Messages that came, known ones too, for each second of this run. */
  readonly messagesPerSecond: number
  /**
   * How long it takes until the end, if it goes on like this: estimated from the pages of the last complete session.
   * Null while there is none, and for an incremental session.
   */
  readonly remainingMs: number | null
}
