import { countWritten, sessionOf, sessionOfPage, withPage } from '../../model/planning/sync-sessions.js'
import type { SyncSession, WriteStamp, WriteSyncPage } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { changeSyncSession } from '../sync-rows.js'
import { upsertConversations } from './upsert-conversations.js'

/** Writes a page and moves its session in one transaction. */
export async function writeSyncPage(context: MongoContext, input: WriteStamp & WriteSyncPage): Promise<SyncSession> {
  const moved = await changeSyncSession(context, input, 'writeSyncPage', async (found, stamp, inner) => {
    const { row, isWritten } = sessionOfPage(found, input.operationId, input)
    if (isWritten) return row
    // The session tells that nothing of this call was written before, so the items need not.
    const page = { ...input, atomic: true, firstSentAt: null }
    const results = input.items.length === 0 ? [] : await upsertConversations(inner, page)
    return withPage(row, stamp, input, countWritten(input.items, results))
  })
  if (moved === null) throw new TypeError('a page was written without its session')
  return sessionOf(moved)
}
