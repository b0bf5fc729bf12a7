import { ConversationStoreError } from '../../model/errors.js'
import { removedSyncSessions } from '../../model/limits.js'
import { askedInbox } from '../../model/planning/change-inbox.js'
import { begunSession, sessionOf } from '../../model/planning/sync-sessions.js'
import type { BeginSync, SyncSession, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { syncSession } from '../documents/sync-sessions.js'
import { changeInbox } from '../inbox-rows.js'
import { changeSyncSession, endOverdue } from '../sync-rows.js'

/**
 * Begins a session in a transaction, a pushed one together with what its inbox keeps of the history. Of two at once the
 * unique index lets one begin, and the other begins anew.
 */
export async function beginSync(context: MongoContext, input: WriteStamp & BeginSync): Promise<SyncSession> {
  const { accountId, oaId, source, origin } = input
  const begun = await changeSyncSession(context, input, 'beginSync', async (known, stamp, inner) => {
    if (known !== null) return known
    if (origin === 'pushed') {
      await changeInbox(inner, input, async (inbox, asked) => {
        if (inbox === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
        return askedInbox(inbox, asked)
      })
    }
    const { sync_state } = inner.collections
    const { now } = stamp
    const superseded = { status: 'superseded', updated_at: now, finished_at: now, clearable_at: now }
    const unfinished = { accountId, page_id: oaId, origin, unfinished: true }
    await sync_state.updateMany(unfinished, { $set: superseded, $unset: { unfinished: '', deadline_at: '' } }, inSession(inner))
    await endOverdue(inner, accountId, now)
    await clearFinished(inner, accountId, new Date(now.getTime() - input.retainMs))
    const last = await sync_state.findOne({ accountId, page_id: oaId, source, latest: true }, inSession(inner))
    return begunSession(stamp, input, last && syncSession(last))
  })
  if (begun === null) throw new TypeError('a session did not begin')
  return sessionOf(begun)
}

async function clearFinished(inner: MongoContext, accountId: string, until: Date): Promise<void> {
  const { sync_state } = inner.collections
  const options = { ...inSession(inner), projection: { _id: 1 }, sort: { clearable_at: 1, _id: 1 }, limit: removedSyncSessions }
  const over = await sync_state.find({ accountId, clearable_at: { $lte: until } }, options).toArray()
  if (over.length > 0) await sync_state.deleteMany({ accountId, _id: { $in: over.map(({ _id }) => _id) } }, inSession(inner))
}
