import type { PageStep } from '../model/planning/sync-sessions.js'
import type { SyncError, SyncOrigin, SyncSession, SyncStatistics, SyncStatus } from '../model/sync-sessions.js'
import type { UpsertItem } from '../model/upsert-item.js'
import type { AdapterPage } from './adapter-page.js'
import type { Bounded, PageRequest, Scoped, WriteStamp } from './call-stamps.js'

export type { SyncCounts, SyncError, SyncOrigin, SyncSession, SyncStatistics, SyncStatus } from '../model/sync-sessions.js'

export interface BeginSync {
  readonly sessionId: string
  readonly oaId: string
  readonly source: string
  readonly origin: SyncOrigin
  /** Whether it reads only what changed since the last complete session of this inbox and source began. */
  readonly incremental: boolean
  /** For how long sessions are kept once they are finished. */
  readonly retainMs: number
}

export interface ResumeSync {
  readonly sessionId: string
  readonly oaId: string
  readonly source: string
}

export interface WriteSyncPage extends PageStep {
  readonly sessionId: string
  /** How many pages the session has before this one. */
  readonly expectedPages: number
  /** What the page has, for a write in which either all items are written or none. May be empty. */
  readonly items: readonly UpsertItem[]
}

export interface FailSync {
  readonly sessionId: string
  readonly error: SyncError
  readonly elapsedMs: number
}

/** `after` is [startedAt in ms, sessionId]. The newest comes first. */
export interface ListSyncSessions extends Scoped, PageRequest {
  readonly oaId: string | null
  readonly status: SyncStatus | null
}

/** `after` is [oaId]. `now` is the injected clock's, by which the memory adapter tells whether a lock has run out. */
export interface ListSyncStatistics extends Scoped, PageRequest {
  readonly oaId: string | null
  readonly now: Date | null
}

/** Names no account: it asks which accounts have sessions, at most `limit` of them, in the order of their bytes. */
export interface FindSyncAccounts extends Bounded {
  /** Where to go on: the last account of the call before. Null begins with the first. */
  readonly after: string | null
  readonly limit: number
  readonly signal: AbortSignal | null
}

/**
 * The operations of sessions. They are written under the lease of their inbox, so one process at a time moves a
 * session; without a lease, only the step that follows on the one before is taken.
 */
export interface SyncOperations {
  /**
   * Begins a session, supersedes the unfinished one of the same inbox and origin, ends the account's pushed ones whose
   * deadline has passed, and removes at most 100 that finished too long
   * ago, but for the last complete one of each inbox and source. A pushed one empties its inbox's history. A call that
   * is sent again finds what it began. Throws CONTENTION when another one began at the same moment, and NOT_FOUND for a
   * pushed session of an inbox that is not there.
   */
  beginSync(input: WriteStamp & BeginSync): Promise<SyncSession>
  /** The unfinished pulled session of this inbox and source, running again, or null. */
  resumeSync(input: WriteStamp & ResumeSync): Promise<SyncSession | null>
  /**
   * Writes a page and moves its session, in one atomic step, and returns the session. A call that is sent again writes
   * and counts once. Throws SYNC_SESSION_NOT_FOUND for a session that is finished, and LEASE_LOST for one that has
   * another number of pages by now.
   */
  writeSyncPage(input: WriteStamp & WriteSyncPage): Promise<SyncSession>
  /** Notes why a run ended. Null when the session is finished, or is none. */
  failSync(input: WriteStamp & FailSync): Promise<SyncSession | null>
  findSyncSession(input: Scoped & { readonly sessionId: string }): Promise<SyncSession | null>
  listSyncSessions(input: ListSyncSessions): Promise<AdapterPage<SyncSession>>
  syncStatistics(input: ListSyncStatistics): Promise<AdapterPage<SyncStatistics>>
  findSyncAccounts(input: FindSyncAccounts): Promise<readonly string[]>
}
