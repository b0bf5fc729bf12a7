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
import type { KeysetList } from './keyset-list.js'
import { preparedList } from './prepared-list.js'
import { stampItem } from './stamping/stamp-item.js'
import type { SyncSession, SyncStatistics } from './sync-port.js'
import type { SyncSessions } from './sync-sessions.js'
import { checkItems } from './upserts.js'

type SyncWrites = Pick<SyncSessions, 'beginSync' | 'resumeSync' | 'writeSyncPage' | 'failSync'>

export function accountSyncWrites(context: AccountContext): SyncWrites {
  return {
    async beginSync(given) {
      const {
        oaId,
        source,
        origin = 'pulled',
        incremental = false,
        retainMs = defaultSyncRetentionMs,
      } = context.parse(beginSyncInput, given)
      const begun = { sessionId: context.newId(), oaId, source, origin, incremental, retainMs }
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
      const { sessionId, expectedPages, phase, cursor, isReread = false } = rest
      const leftOut = isReread ? { invalid: 0, unreadable: 0 } : { invalid: invalid + refused.length, unreadable }
      const counts = { conversations: read, ...leftOut, elapsedMs }
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
