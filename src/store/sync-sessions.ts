import type { CallOptions, PageInput } from './inputs.js'
import type { PagedList } from './paged-list.js'
import type { SyncSession, SyncStatistics, SyncStatus } from './sync-port.js'

/** The sessions in which the history of an account's inboxes was read. */
export interface SyncSessions {
  /** Returns a session, or null. */
  findSyncSession(input: { readonly sessionId: string }, options?: CallOptions): Promise<SyncSession | null>

  /** Lists sessions, the newest first, of one inbox or of all. */
  listSyncSessions(input?: ListSyncSessionsInput, options?: CallOptions): PagedList<SyncSession>

  /** How the syncs of each inbox went, by `oaId`. `syncStatistics(acme, …)` of `conversation-store/sync` is the same. */
  syncStatistics(input?: SyncStatisticsInput, options?: CallOptions): PagedList<SyncStatistics>
  // and the writes of the engine: beginSync, resumeSync, writeSyncPage, failSync
}

export interface ListSyncSessionsInput extends PageInput {
  readonly oaId?: string
  readonly status?: SyncStatus
}

export interface SyncStatisticsInput extends PageInput {
  readonly oaId?: string
}
