import type { MigrationLogger } from '../../../migrator/kernel/target.js'
import { requireNotAborted } from '../../../model/abort.js'
import { ConversationStoreError } from '../../../model/errors.js'
import { growingBound, jitteredPause } from '../../../store/jittered-pause.js'
import { sqlState } from '../../translate-error.js'
import type { MigrationSession } from '../migration.js'
import { readBlockers } from './blockers.js'
import { withSettings } from './session-settings.js'

export interface SchemaChange {
  readonly schema: string
  readonly table: string
  /** What is changed, for people to read: `index idx_messages_seq`. */
  readonly object: string
  readonly signal: AbortSignal
  readonly logger: MigrationLogger
}

export interface LockPatience {
  /** Milliseconds for which one attempt waits for locks. Default 2,000, or 600,000 for concurrent statements. */
  readonly lockTimeoutMs?: number
  /** The number of attempts. Default 10, or 5 for concurrent statements. */
  readonly attempts?: number
}

/**
 * Runs a change of the schema that soon gives up its place in the lock's queue, because every reader waits behind it.
 * It tries again after growing, jittered pauses. `work` runs anew each time: it is one statement, or a whole
 * transaction that it has rolled back when it throws. In a transaction that was begun before, there is only one
 * attempt. Throws ABORTED, and SCHEMA_CHANGE_BLOCKED with those who blocked it.
 */
export function withLockTimeout<T>(session: MigrationSession, change: SchemaChange & LockPatience, work: () => Promise<T>): Promise<T> {
  const { lockTimeoutMs = 2_000, attempts = 10 } = change
  return withSettings(session, { lock_timeout: String(lockTimeoutMs) }, () =>
    retryBlocked(session, { ...change, attempts, snapshots: false }, work),
  )
}

/**
 * Runs a concurrent build or drop. Nobody queues behind such a statement, and `lock_timeout` counts its wait for older
 * snapshots of any transaction on any table. It therefore waits long, and no timeout of the role cuts it off.
 */
export function withConcurrentTimeouts<T>(
  session: MigrationSession,
  change: SchemaChange & LockPatience,
  work: () => Promise<T>,
): Promise<T> {
  const { lockTimeoutMs = 10 * 60_000, attempts = 5 } = change
  const settings = { lock_timeout: String(lockTimeoutMs), statement_timeout: '0', transaction_timeout: '0' }
  return withSettings(session, settings, () => retryBlocked(session, { ...change, attempts, snapshots: true }, work))
}

async function retryBlocked<T>(
  session: MigrationSession,
  change: SchemaChange & { readonly attempts: number; readonly snapshots: boolean },
  work: () => Promise<T>,
): Promise<T> {
  const { schema, table, object, signal, logger } = change
  for (let attempt = 1; ; attempt += 1) {
    requireNotAborted(signal)
    const began = performance.now()
    try {
      return await work()
    } catch (error) {
      if (!isBlocked(error)) throw error
      requireNotAborted(signal)
      const snapshotsOlderThanMs = change.snapshots ? performance.now() - began : null
      // This fails in a failed transaction, in which nothing more can be asked or tried.
      const blockers = await readBlockers(session, schema, table, { snapshotsOlderThanMs }).catch(() => null)
      if (blockers === null) throw error
      if (attempt === change.attempts)
        throw new ConversationStoreError(
          'SCHEMA_CHANGE_BLOCKED',
          { database: schema, object, attempts: attempt, blockers },
          { cause: error },
        )
      logger.warn(`${object} is blocked, trying again`, { attempt, blockers })
      await pause(attempt, signal)
    }
  }
}

/** Whether a lock was not free in time, a deadlock was broken, or somebody cancelled the statement. */
function isBlocked(error: unknown): boolean {
  return /^(55P03|40P01|57014)$/.test(sqlState(error) ?? '')
}

/**
 * Pauses for a quarter of a second at first and up to ten seconds later, jittered, so that the queue behind the lock
 * drains in between.
 */
export async function pause(attempt: number, signal: AbortSignal): Promise<void> {
  await jitteredPause(growingBound(500, attempt, 10_000), { atLeastHalf: true, signal })
  requireNotAborted(signal)
}
