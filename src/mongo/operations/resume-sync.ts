import { resumedSession, sessionOf } from '../../model/planning/sync-sessions.js'
import type { ResumeSync, SyncSession, WriteStamp } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { changeSyncSession } from '../sync-rows.js'

/** Goes on with a session that is unfinished, in a transaction. */
export async function resumeSync(context: MongoContext, input: WriteStamp & ResumeSync): Promise<SyncSession | null> {
  const resumed = await changeSyncSession(context, input, 'resumeSync', async (row, { now }) => resumedSession(row, now, input))
  return resumed && sessionOf(resumed)
}
