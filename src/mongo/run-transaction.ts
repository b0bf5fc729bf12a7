import { contentionPause } from './contention-pause.js'
import type { MongoSession } from './driver.js'
import { writeConcern } from './schema/collections.js'
import { CommitOutcomeLost, hasLabel, serverCode } from './translate-error.js'

const commitAttempts = 4
const maxTimeExpired = 50

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
  startSession: () => MongoSession,
  unit: (session: MongoSession, attempt: number) => Promise<T>,
  mayBeginAnew: (error: unknown, attempt: number) => void,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const session = startSession()
    try {
      session.startTransaction(transactionOptions)
      const result = await unit(session, attempt)
      await commit(session)
      return result
    } catch (error) {
      if (session.inTransaction()) await session.abortTransaction().catch(() => undefined)
      mayBeginAnew(error, attempt)
    } finally {
      await session.endSession().catch(() => undefined)
    }
    await contentionPause(attempt)
  }
}

/**
 * Repeats only the commit when its outcome is unknown. The server treats a second commit of a transaction as the same
 * one.
 */
async function commit(session: MongoSession): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await session.commitTransaction()
      return
    } catch (error) {
      if (!hasLabel(error, 'UnknownTransactionCommitResult')) throw error
      if (attempt === commitAttempts || serverCode(error) === maxTimeExpired) {
        throw new CommitOutcomeLost('the outcome of a commit is unknown', { cause: error })
      }
    }
    await contentionPause(attempt)
  }
}
