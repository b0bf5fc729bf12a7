import type { ConversationStoreError } from '../model/errors.js'
import type { BulkUpsertInput, CallOptions, PageInput, WriteOptions } from './inputs.js'
import type { PagedList } from './paged-list.js'
import type { SyncError, SyncOrigin, SyncSession, SyncStatistics, SyncStatus } from './sync-port.js'

export interface BeginSyncInput {
  readonly oaId: string
  /** The `name` of the source. */
  readonly source: string
  /**
   * `pushed` for a history that the host has asked the channel to send by webhooks: `recordHistoryProgress` moves the
   * session, and if the channel says nothing for a day it has failed, by the account's next `sweep` or `beginSync`.
   * Default `pulled`.
   */
  readonly origin?: SyncOrigin
  /** Whether it stops at what the last complete session of this inbox and source has read. Default false. */
  readonly incremental?: boolean
  /** For how long finished sessions are kept. Default 90 days. */
  readonly retainMs?: number
}

export interface ResumeSyncInput {
  readonly sessionId: string
  readonly oaId: string
  readonly source: string
}

export interface WriteSyncPageInput {
  readonly sessionId: string
  /** How many pages the session had before this one. */
  readonly expectedPages: number
  /** As many as one bulk call takes. One that is refused by itself is left out, and counted as invalid. */
  readonly conversations: BulkUpsertInput['conversations']
  /** How many conversations the page had, also those that hold nothing to write. Default: the given ones. */
  readonly read?: number
  readonly invalid?: number
  readonly unreadable?: number
  /**
   * Whether the page is of a part that this session has read before. Then `invalid`, `unreadable` and what is refused
   * are not counted, because they were. Default false.
   */
  readonly isReread?: boolean
  /** Where the session is after this page. */
  readonly phase: string
  readonly cursor: string | null
  readonly walk?: string | null
  /** Kept once it is set. */
  readonly beganAt?: Date | null
  /** Whether the session is completed by this page. Default false. */
  readonly isLast?: boolean
  /** For how many milliseconds the run has been at work since its last page. */
  readonly elapsedMs?: number
}

export interface WrittenSyncPage {
  readonly session: SyncSession
  /** Why conversations were left out. */
  readonly refused: readonly ConversationStoreError[]
}

export interface FailSyncInput {
  readonly sessionId: string
  /** A code, and a sentence that holds nothing that people wrote. */
  readonly error: SyncError
  readonly elapsedMs?: number
}

export interface ListSyncSessionsInput extends PageInput {
  readonly oaId?: string
  readonly status?: SyncStatus
}

export interface SyncStatisticsInput extends PageInput {
  readonly oaId?: string
}

/**
 * The sessions in which the history of an account's inboxes is read. `syncConversations` of `conversation-store/sync`
 * writes them, under the lease `{ kind: 'sync', key: oaId }`; the methods that write are here for an engine of a host's
 * own. Give them the lease. Without one nothing keeps a second process from beginning a session of its own.
 */
export interface SyncSessions {
  /**
   * Begins a session. It supersedes the unfinished one of the same inbox and origin, and removes some of the account's
   * sessions whose time is over, in one atomic step. The last complete session of an inbox and source is never removed.
   * A pushed one also empties the `history` of its inbox, because what comes from now on is another history. Throws
   * NOT_FOUND for a pushed session of an inbox that the account never connected, whose news would have no place.
   */
  beginSync(input: BeginSyncInput, options?: WriteOptions): Promise<SyncSession>

  /**
   * Goes on with a session. Throws SYNC_SESSION_NOT_FOUND for one that is finished, was superseded, or is of another
   * account, inbox or source.
   */
  resumeSync(input: ResumeSyncInput, options?: WriteOptions): Promise<SyncSession>

  /**
   * Writes a page as a bulk call does, all of it or nothing, and moves its session's cursor and counts in the same
   * atomic step. Throws SYNC_SESSION_NOT_FOUND for a session that is finished, LEASE_LOST when another process has
   * written a page of it since, INBOX_CHANNEL_MISMATCH, and UNSUPPORTED on a standalone mongod.
   */
  writeSyncPage(input: WriteSyncPageInput, options?: WriteOptions): Promise<WrittenSyncPage>

  /** Notes why a run ended. The session can be gone on with. Throws SYNC_SESSION_NOT_FOUND. */
  failSync(input: FailSyncInput, options?: WriteOptions): Promise<SyncSession>

  /** Returns a session, or null. */
  findSyncSession(input: { readonly sessionId: string }, options?: CallOptions): Promise<SyncSession | null>

  /** Lists sessions of one inbox or of all, those that began last first. */
  listSyncSessions(input?: ListSyncSessionsInput, options?: CallOptions): PagedList<SyncSession>

  /** Tells how the syncs of each inbox went, by `oaId`: over all its sessions that are kept. */
  syncStatistics(input?: SyncStatisticsInput, options?: CallOptions): PagedList<SyncStatistics>
}
