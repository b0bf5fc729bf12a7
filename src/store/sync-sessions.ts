import { ConversationStoreError } from '../model/errors.js'
import { defaultSyncRetentionMs } from '../model/limits.js'
import { parseBulk } from '../model/validation/bulk.js'
import { readSignal } from '../model/validation/call-options.js'
import type { ParsedUpsert } from '../model/validation/conversation-schemas.js'
import { ownMembers } from '../model/validation/plain-data.js'
import {
  beginSyncInput,
  failSyncInput,
  findSyncSessionInput,
  listSyncSessionsInput,
  resumeSyncInput,
  syncStatisticsInput,
  writeSyncPageInput,
} from '../model/validation/sync-schemas.js'
import { type AccountContext, sendWrite } from './account-context.js'
import type { BulkUpsertInput, CallOptions, PageInput, WriteOptions } from './inputs.js'
import type { KeysetList } from './keyset-list.js'
import type { PagedList } from './paged-list.js'
import { preparedList } from './prepared-list.js'
import { stampItem } from './stamping/stamp-item.js'
import type { SyncError, SyncSession, SyncStatistics, SyncStatus } from './sync-port.js'
import { checkItems } from './upserts.js'

export interface BeginSyncInput {
  readonly oaId: string
  /** The `name` of the source. */
  readonly source: string
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
   * Begins a session. It supersedes the unfinished one of the same inbox, and removes some of the account's sessions
   * whose time is over, in one atomic step. The last complete session of an inbox and source is never removed.
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

type SyncWrites = Pick<SyncSessions, 'beginSync' | 'resumeSync' | 'writeSyncPage' | 'failSync'>

export function accountSyncWrites(context: AccountContext): SyncWrites {
  return {
    async beginSync(given) {
      const { oaId, source, incremental = false, retainMs = defaultSyncRetentionMs } = context.parse(beginSyncInput, given)
      const begun = { sessionId: context.newId(), oaId, source, incremental, retainMs }
      return sendWrite(context, (operations, stamp) => operations.beginSync({ ...stamp, ...begun }))
    },

    async resumeSync(given) {
      const input = context.parse(resumeSyncInput, given)
      return found(await sendWrite(context, (operations, stamp) => operations.resumeSync({ ...stamp, ...input })), input.sessionId)
    },

    async writeSyncPage(given) {
      context.dispatch.assertOpen()
      const { conversations, ...others } = Object.fromEntries(ownMembers(given, []))
      const bulk = parseBulk({ conversations, atomic: false })
      const rest = context.parse(writeSyncPageInput, others)
      const { items: checked } = await checkItems(context, bulk)
      const sound = checked.filter((item): item is ParsedUpsert => !(item instanceof ConversationStoreError))
      const refused = checked.filter((item): item is ConversationStoreError => item instanceof ConversationStoreError)
      const { newId, defaultOnClosed } = context
      const items = sound.map((input) => stampItem(input, { newId, defaultOnClosed, operationId: newId() }).item)
      const { read = checked.length, invalid = 0, unreadable = 0, walk = null, beganAt = null, isLast = false, elapsedMs = 0 } = rest
      const { sessionId, expectedPages, phase, cursor } = rest
      const counts = { conversations: read, invalid: invalid + refused.length, unreadable, elapsedMs }
      const page = { sessionId, expectedPages, items, phase, cursor, walk, beganAt, isLast, ...counts }
      const session = await sendWrite(context, (operations, stamp) => operations.writeSyncPage({ ...stamp, ...page }))
      return { session, refused }
    },

    async failSync(given) {
      const { sessionId, error, elapsedMs = 0 } = context.parse(failSyncInput, given)
      const failed = await sendWrite(context, (operations, stamp) => operations.failSync({ ...stamp, sessionId, error, elapsedMs }))
      return found(failed, sessionId)
    },
  }
}

export function accountSyncReads(context: AccountContext): Omit<SyncSessions, keyof SyncWrites> {
  return {
    async findSyncSession(given, options) {
      const { sessionId } = context.parse(findSyncSessionInput, given)
      const { accountId, dispatch } = context
      return dispatch.read(readSignal(options), (operations, bounds) => operations.findSyncSession({ accountId, sessionId, ...bounds }))
    },

    listSyncSessions: (input = {}, options) =>
      preparedList(context, options, () => {
        const { oaId = null, status = null, ...page } = context.parse(listSyncSessionsInput, input)
        const keyset: KeysetList<SyncSession> = {
          name: `sync sessions ${status ?? ''} ${oaId ?? ''}`,
          kinds: ['time', 'id'],
          keysOf: ({ startedAt, sessionId }) => [startedAt.getTime(), sessionId],
          fetchPage: (operations, at) => operations.listSyncSessions({ ...at, oaId, status }),
        }
        return { keyset, page }
      }),

    syncStatistics: (input = {}, options) =>
      preparedList(context, options, () => {
        const { oaId = null, ...page } = context.parse(syncStatisticsInput, input)
        const keyset: KeysetList<SyncStatistics> = {
          name: `sync statistics ${oaId ?? ''}`,
          kinds: ['id'],
          keysOf: ({ oaId: of }) => [of],
          fetchPage: (operations, at) => operations.syncStatistics({ ...at, oaId, now: context.now() }),
        }
        return { keyset, page }
      }),
  }
}

function found(session: SyncSession | null, sessionId: string): SyncSession {
  if (session === null) throw new ConversationStoreError('SYNC_SESSION_NOT_FOUND', { sessionId })
  return session
}
