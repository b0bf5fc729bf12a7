import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import { progressedInbox } from '../../model/planning/change-inbox.js'
import { begunSession, pushedSource, pushedStep, withNews } from '../../model/planning/sync-sessions.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { RecordHistoryProgress } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { stampOf } from '../write-stamp.js'

/** Keeps how far the channel is with an inbox's history, and moves its session. Nothing moves back. */
export function recordHistoryProgress(database: MemoryDatabase, input: RecordHistoryProgress): Inbox {
  const { accountId, oaId, sessionId } = input
  const account = database.account(accountId)
  return account.write(() => {
    const row = account.people.inboxes.get(oaId)
    if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
    const stamp = { accountId, ...stampOf(input) }
    const next = progressedInbox(row, stamp, input)
    if (next === row || next.history === null) return toInbox(next)
    account.people.putInbox(next)
    const unfinished = [...account.syncSessions.values()].find(
      (each) => each.oaId === oaId && each.origin === 'pushed' && each.finishedAt === null,
    )
    const begun = { sessionId, oaId, source: pushedSource(next.channel), origin: 'pushed', incremental: false } as const
    const moved = withNews(unfinished ?? begunSession(stamp, begun, null), stamp, pushedStep(next.history))
    account.syncSessions.set(moved.sessionId, moved)
    return toInbox(next)
  })
}
