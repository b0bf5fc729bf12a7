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
  /** What is changed, for people: `index idx_messages_seq`. */
  readonly object: string
  readonly signal: AbortSignal
  readonly logger: MigrationLogger
}

export interface LockPatience {
  /** How long one attempt waits for locks, milliseconds; default 2,000. */
  readonly lockTimeoutMs?: number
  /** Default 10. */
  readonly attempts?: number
}

/**
 * Runs a change of the schema that gives up its place in the lock's queue soon, for behind it every reader waits, and
 * tries again after growing, jittered pauses. `work` is run anew each time: it is one statement, or a whole transaction
 * that it has rolled back when it throws. In a transaction that was begun before there is one attempt. Throws
 * SCHEMA_CHANGE_BLOCKED with who was in the way, ABORTED.
 */
export function withLockTimeout<T>(session: MigrationSession, change: SchemaChange & LockPatience, work: () => Promise<T>): Promise<T> {
  const { lockTimeoutMs = 2_000, attempts = 10 } = change
  return withSettings(session, { lock_timeout: String(lockTimeoutMs) }, () =>
    retryBlocked(session, { ...change, attempts, snapshots: false }, work),
  )
}

/**
 * The other class of statements: concurrent builds and drops queue nobody behind them, and `lock_timeout` counts their
 * wait for older snapshots, of any transaction on any table. So they wait long, and no timeout of the role cuts them
 * off.
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
      // Also tells a transaction that has failed, in which nothing more can be asked and nothing be tried again.
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

/** A lock was not free in time, a deadlock was broken, or somebody cancelled the statement. */
function isBlocked(error: unknown): boolean {
  return /^(55P03|40P01|57014)$/.test(sqlState(error) ?? '')
}

/** From a quarter of a second to ten, jittered, so that the queue behind the lock drains in between. */
export async function pause(attempt: number, signal: AbortSignal): Promise<void> {
  await jitteredPause(growingBound(500, attempt, 10_000), { atLeastHalf: true, signal })
  requireNotAborted(signal)
}
