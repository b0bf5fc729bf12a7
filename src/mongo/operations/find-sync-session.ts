import type { Scoped, SyncSession } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { syncSession } from '../documents/sync-sessions.js'

export async function findSyncSession(context: MongoContext, input: Scoped & { readonly sessionId: string }): Promise<SyncSession | null> {
  const { accountId, sessionId } = input
  const doc = await context.collections.sync_state.findOne({ _id: sessionId, accountId }, inSession(context))
  return doc && syncSession(doc)
}
