import { isConversationStoreError } from '../model/errors.js'
import { type CallLimits, unlimited } from './call-limits.js'
import { contentionPause } from './contention-pause.js'
import type { MongoSession } from './driver.js'
import { writeConcern } from './schema/collections.js'
import type { Sessions } from './sessions.js'
import { CommitOutcomeLost, contention, hasLabel, isContention, isRefusedAccess, serverCode, timeLimit } from './translate-error.js'

const commitAttempts = 4

// These are explicit, whatever the host's client sets, because only a snapshot with a majority commit reads data that
// cannot be rolled back.
const transactionOptions = { readConcern: { level: 'snapshot' }, writeConcern, readPreference: 'primary' }

/**
 * Runs a unit in a transaction, and starts again until the transaction is committed. `mayBeginAnew` gets what the unit
 * or the commit threw (a commit whose outcome stays unknown throws `CommitOutcomeLost`), and throws if there must be no
 * further attempt.
 *
 * The driver's own `withTransaction` is not used, because it retries for up to two minutes and takes a wrapped error
 * for a final one.
 */
export async function runTransaction<T>(
  sessions: Sessions,
  unit: (session: MongoSession, attempt: number) => Promise<T>,
  mayBeginAnew: (error: unknown, attempt: number) => void,
  limits: CallLimits = unlimited,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const session = sessions.start()
    try {
      const { maxTimeMS } = limits.options()
      session.startTransaction(maxTimeMS === undefined ? transactionOptions : { ...transactionOptions, maxCommitTimeMS: maxTimeMS })
      const result = await unit(session, attempt)
      await commit(session, limits)
      await end(sessions, session)
      return result
    } catch (error) {
      const ended = end(sessions, session)
      // A server that was not reached would let this call wait once more. It discards the transaction by itself.
      if (wasAnswered(error)) await limits.wait(ended).catch(() => undefined)
      mayBeginAnew(error, attempt)
    }
    await contentionPause(attempt)
  }
}

/** Begins a unit anew while others are faster, at most so many times. Then it is CONTENTION. */
export function whileOthersAreFaster(attempts: number, signal?: AbortSignal): (error: unknown, attempt: number) => void {
  return (error, attempt) => {
    if (!hasLabel(error, 'TransientTransactionError') || signal?.aborted) throw error
    if (attempt === attempts) throw contention(attempt, error)
  }
}

async function end(sessions: Sessions, session: MongoSession): Promise<void> {
  if (session.inTransaction()) await session.abortTransaction().catch(() => undefined)
  await sessions.end(session).catch(() => undefined)
}

function wasAnswered(error: unknown): boolean {
  return serverCode(error) !== null || (isConversationStoreError(error) && error.code !== 'UNAVAILABLE')
}

/**
 * Repeats only the commit, unless its error says that nothing was committed. The server treats a second commit of a
 * transaction as the same one.
 */
async function commit(session: MongoSession, limits: CallLimits): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await limits.wait(session.commitTransaction())
      return
    } catch (error) {
      if (isContention(error) || isRefusedAccess(error)) throw error
      if (attempt === commitAttempts || limits.isOver() || serverCode(error) === timeLimit) {
        throw new CommitOutcomeLost('the outcome of a commit is unknown', { cause: error })
      }
    }
    await contentionPause(attempt)
  }
}
