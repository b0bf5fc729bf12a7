import type { SyncRow } from '../model/planning/sync-sessions.js'
import type { WriteStamp } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import { needsTransactions } from './deployment.js'
import { syncDocument, syncRow } from './documents/sync-sessions.js'
import { updateBetween } from './field-updates.js'
import { findNow } from './find-now.js'
import { inTransaction } from './transaction.js'

export interface SyncStamp {
  readonly accountId: string
  readonly operationId: string
  readonly now: Date
}

/**
 * In a transaction: reads a session, decides, and writes it. Another writer of the session makes the transaction begin
 * anew. Returning the same row, or null, writes nothing. Throws UNSUPPORTED on a standalone server.
 */
export async function changeSyncSession(
  context: MongoContext,
  input: WriteStamp & { readonly sessionId: string },
  operation: string,
  decide: (row: SyncRow | null, stamp: SyncStamp, inner: MongoContext) => Promise<SyncRow | null>,
): Promise<SyncRow | null> {
  const { accountId, operationId, sessionId } = input
  if (!(await context.deployment()).transactions) throw needsTransactions(operation)
  return inTransaction(context, async (attempt) => {
    const inner: MongoContext = { ...attempt, queue: null }
    const { sync_state } = inner.collections
    const { doc, serverNow } = await findNow(inner, 'sync_state', { _id: sessionId, accountId })
    const before = doc && syncRow(doc)
    const row = await decide(before, { accountId, operationId, now: input.now ?? serverNow }, inner)
    if (row === null || row === before) return row
    if (row.status === 'completed') {
      const former = { accountId, page_id: row.oaId, source: row.source, latest: true }
      await sync_state.updateMany(former, [{ $set: { clearable_at: '$finished_at' } }, { $unset: 'latest' }], inSession(inner))
    }
    if (before === null) await sync_state.insertOne(syncDocument(row), inSession(inner))
    else await sync_state.updateOne({ _id: sessionId, accountId }, updateBetween(syncDocument(before), syncDocument(row)), inSession(inner))
    return row
  })
}
