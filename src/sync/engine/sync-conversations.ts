import { acquireSyncLock } from '../locks/acquire-sync-lock.js'
import { checkedOptions } from './checked-options.js'
import type { SyncOptions, SyncRun } from './options.js'
import { runSession } from './run-session.js'
import type { SyncAccount } from './sync-account.js'

/**
 * Pulls the history of an inbox from a source, page by page, while webhooks go on. Each page is written in one atomic
 * step with the session's cursor, so a process that dies loses at most the page that it was reading, and whoever goes
 * on with the session comes to the same end. One process at a time pulls an inbox.
 *
 * Throws SYNC_IN_PROGRESS while another one does, SYNC_SESSION_NOT_FOUND for a `resumeSession` that is finished, was
 * superseded, or is none of this inbox and source, VALIDATION_FAILED, UNSUPPORTED on a standalone mongod, ABORTED, and
 * LEASE_LOST when another process took the inbox over. SOURCE_UNAUTHORIZED, and SOURCE_UNAVAILABLE after a few
 * attempts, leave the session where it was: `sessionToResume(error)` names it. So does what the store throws for a
 * page, such as INBOX_CHANNEL_MISMATCH.
 */
export async function syncConversations(acme: SyncAccount, options: SyncOptions): Promise<SyncRun> {
  const checked = checkedOptions(options)
  const { oaId, owner, lockTtlMs: ttlMs, signal } = checked
  const lock = await acquireSyncLock(acme, { oaId, owner, ttlMs, ...(signal !== null && { signal }) })
  try {
    return await runSession(acme, checked, lock)
  } finally {
    // What was written is written, and a lock that cannot be released now ends by itself.
    await lock.release().catch(() => undefined)
  }
}
