import { notSent, type SyncRow } from '../model/planning/sync-sessions.js'
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
    const { doc, serverNow } = await findNow(inner, 'sync_state', { _id: sessionId, accountId })
    const before = doc && syncRow(doc)
    const row = await decide(before, { accountId, operationId, now: input.now ?? serverNow }, inner)
    if (row === null || row === before) return row
    await putSyncSession(inner, before, row)
    return row
  })
}

/** In a transaction: writes a session as it becomes. The last complete one of an inbox and source is marked as such. */
export async function putSyncSession(inner: MongoContext, before: SyncRow | null, row: SyncRow): Promise<void> {
  const { sync_state } = inner.collections
  const { accountId, sessionId, oaId, source } = row
  if (row.status === 'completed') {
    const former = { accountId, page_id: oaId, source, latest: true }
    await sync_state.updateMany(former, [{ $set: { clearable_at: '$finished_at' } }, { $unset: 'latest' }], inSession(inner))
  }
  if (before === null) {
    await sync_state.insertOne(syncDocument(row), inSession(inner))
    return
  }
  // A session that is gone on with in the millisecond of its last change stays as it is.
  const update = updateBetween(syncDocument(before), syncDocument(row))
  if (Object.keys(update).length > 0) await sync_state.updateOne({ _id: sessionId, accountId }, update, inSession(inner))
}

/** Ends the pushed sessions of which the channel has said nothing until their deadline. */
export async function endOverdue(inner: MongoContext, accountId: string, now: Date): Promise<void> {
  const filter = { accountId, deadline_at: { $lte: now } }
  const ended = { status: 'failed', last_error: notSent, updated_at: now, finished_at: now, clearable_at: now }
  await inner.collections.sync_state.updateMany(filter, { $set: ended, $unset: { unfinished: '', deadline_at: '' } }, inSession(inner))
}
