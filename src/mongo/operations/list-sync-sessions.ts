import type { ListSyncSessions, SyncSession } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { inSession, type MongoContext } from '../context.js'
import { syncSession } from '../documents/sync-sessions.js'

/** Lists the sessions, those that began last first. The range bounds the index scan. */
export async function listSyncSessions(context: MongoContext, input: ListSyncSessions): Promise<AdapterPage<SyncSession>> {
  const { accountId, oaId, status, limit, after } = input
  const [milliseconds, id] = after ?? []
  const at = new Date(Number(milliseconds))
  const past = after === null ? {} : { started_at: { $lte: at }, $or: [{ started_at: { $lt: at } }, { _id: { $lt: String(id) } }] }
  const filter = { accountId, ...(oaId !== null && { page_id: oaId }), ...(status !== null && { status }), ...past }
  const options = { ...inSession(context), sort: { started_at: -1, _id: -1 }, limit: limit + 1, batchSize: limit + 1 }
  return pageOf(await context.collections.sync_state.find(filter, options).toArray(), limit, syncSession)
}
