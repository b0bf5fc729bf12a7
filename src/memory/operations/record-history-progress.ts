import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import { progressedInbox } from '../../model/planning/change-inbox.js'
import { begunSession, pushedSource, pushedStep, withBrought, withNews } from '../../model/planning/sync-sessions.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { RecordHistoryProgress } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { stampOf } from '../write-stamp.js'

/** Keeps how far the channel is with an inbox's history, and moves its session. Nothing moves back. */
export function recordHistoryProgress(database: MemoryDatabase, input: RecordHistoryProgress): Inbox {
  const { accountId, oaId, sessionId, brought } = input
  const account = database.account(accountId)
  return account.write(() => {
    const row = account.people.inboxes.get(oaId)
    if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
    const stamp = { accountId, ...stampOf(input) }
    const { row: next, said } = progressedInbox(row, stamp, input)
    if (said === null) return toInbox(next)
    account.people.putInbox(next)
    const unfinished = [...account.syncSessions.values()].find(
      (each) => each.oaId === oaId && each.origin === 'pushed' && each.finishedAt === null,
    )
    const begun = { sessionId, oaId, source: pushedSource(next.channel), origin: 'pushed', incremental: false } as const
    const moved =
      said === 'news' && next.history !== null
        ? withNews(unfinished ?? begunSession(stamp, begun, null), stamp, pushedStep(next.history), brought)
        : unfinished && withBrought(unfinished, stamp, brought)
    if (moved !== undefined) account.syncSessions.set(moved.sessionId, moved)
    return toInbox(next)
  })
}
