import type { AccountConversations } from '../../../src/store/account-conversations.js'
import type { BulkUpsertInput } from '../../../src/store/inputs.js'
import type { SyncSession } from '../../../src/store/sync-port.js'
import { collect } from './collect.js'
import type { SyncCall, Written } from './operation.js'

/** A session as an answer last told of it. */
export type KnownSession = Pick<SyncSession, 'sessionId' | 'pages'>

interface Replicated {
  readonly oaId: (inbox: number) => string
  readonly write: (item: Written) => BulkUpsertInput['conversations'][number]
  readonly time: number
  /** The session that an answer told of last is the last of them. */
  readonly sessions: KnownSession[]
}

/** Sends a random call about sessions. */
export function sendSync(to: AccountConversations, call: SyncCall, { oaId, write, time, sessions }: Replicated): PromiseLike<unknown> {
  const known = (number: number) => sessions.at(-1 - (number % Math.max(1, sessions.length))) ?? { sessionId: 'none yet', pages: 0 }
  const note = (session: SyncSession): SyncSession => {
    const place = sessions.findIndex(({ sessionId }) => sessionId === session.sessionId)
    if (place >= 0) sessions.splice(place, 1)
    sessions.push(session)
    return session
  }
  switch (call.verb) {
    case 'begin sync':
      return to.beginSync({ oaId: oaId(call.inbox), source: call.source, incremental: call.incremental, retainMs: 60_000 }).then(note)
    case 'resume sync':
      return to.resumeSync({ sessionId: known(call.session).sessionId, oaId: oaId(call.inbox), source: call.source }).then(note)
    case 'sync page': {
      const { sessionId, pages } = known(call.session)
      const where = { phase: 'list', walk: '$w', cursor: call.isLast ? null : '$next', isLast: call.isLast, beganAt: new Date(time) }
      const page = { sessionId, expectedPages: call.isLate ? pages + 1 : pages, conversations: call.items.map(write) }
      return to
        .writeSyncPage({ ...page, ...where, elapsedMs: 7, invalid: 1 })
        .then(({ session, refused }) => ({ session: note(session), refused: refused.length }))
    }
    case 'fail sync':
      return to.failSync({ sessionId: known(call.session).sessionId, error: { code: '$CODE', message: '$CODE: why' }, elapsedMs: 5 })
    case 'sync session':
      return to.findSyncSession({ sessionId: known(call.session).sessionId })
    case 'sync sessions': {
      const { limit, inbox, status } = call
      return collect(
        to.listSyncSessions({ limit, ...(inbox !== undefined && { oaId: oaId(inbox) }), ...(status !== undefined && { status }) }),
      )
    }
    case 'sync statistics':
      // Databases time locks by their own clocks.
      return collect(to.syncStatistics({ limit: call.limit })).then((all) =>
        all.map(({ lock, ...rest }) => ({ ...rest, isLocked: lock !== null })),
      )
  }
}
