import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import { progressedInbox } from '../../model/planning/change-inbox.js'
import { begunSession, type PushedStep, pushedSource, pushedStep, withBrought, withNews } from '../../model/planning/sync-sessions.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { RecordHistoryProgress } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { syncRow } from '../documents/sync-sessions.js'
import { changeInbox } from '../inbox-rows.js'
import { putSyncSession } from '../sync-rows.js'
import { inTransaction } from '../transaction.js'

/**
 * Keeps how far the channel is with an inbox's history, and moves its session. Nothing moves back. It is a transaction,
 * because what is stored decides what moves. Throws NOT_FOUND, and UNSUPPORTED on a server without transactions, where
 * no inbox is connected.
 */
export async function recordHistoryProgress(context: MongoContext, input: RecordHistoryProgress, hasSessions: boolean): Promise<Inbox> {
  const { transactions } = await context.deployment()
  if (!transactions) throw needsTransactions('recordHistoryProgress')
  return inTransaction(context, async (inner) => {
    let saidAt: Date | null = null
    let isNews = false
    const row = await changeInbox(inner, input, async (before, stamp) => {
      if (before === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
      const { row: after, said } = progressedInbox(before, stamp, input)
      saidAt = said === null ? null : stamp.now
      isNews = said === 'news'
      return after
    })
    if (hasSessions && saidAt !== null) {
      await moveSession(inner, input, saidAt, row.channel, isNews && row.history !== null ? pushedStep(row.history) : null)
    }
    return toInbox(row)
  })
}

/** Moves the unfinished session of the inbox, or begins one. Without news it is only seen to be alive. */
async function moveSession(
  inner: MongoContext,
  { accountId, operationId, oaId, sessionId, brought }: RecordHistoryProgress,
  now: Date,
  channel: string,
  step: PushedStep | null,
): Promise<void> {
  const stamp = { accountId, operationId, now }
  const unfinished = { accountId, page_id: oaId, origin: 'pushed', unfinished: true }
  const doc = await inner.collections.sync_state.findOne(unfinished, inSession(inner))
  const before = doc && syncRow(doc)
  const begun = { sessionId, oaId, source: pushedSource(channel), origin: 'pushed', incremental: false } as const
  if (step !== null) await putSyncSession(inner, before, withNews(before ?? begunSession(stamp, begun, null), stamp, step, brought))
  else if (before !== null) await putSyncSession(inner, before, withBrought(before, stamp, brought))
}
