import { failedSession, sessionOf } from '../../model/planning/sync-sessions.js'
import type { FailSync, SyncSession, WriteStamp } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { changeSyncSession } from '../sync-rows.js'

/** Notes why a run ended, in a transaction. */
export async function failSync(context: MongoContext, input: WriteStamp & FailSync): Promise<SyncSession | null> {
  const failed = await changeSyncSession(context, input, 'failSync', async (row, stamp) => failedSession(row, stamp, input))
  return failed && sessionOf(failed)
}
