import { contentionPause } from './contention-pause.js'
import type { MongoSession } from './driver.js'
import { writeConcern } from './schema/collections.js'
import { CommitOutcomeLost, hasLabel, serverCode } from './translate-error.js'

const commitAttempts = 4
const maxTimeExpired = 50

// Explicit, whatever the host's client asks for: only a snapshot with a majority commit reads what stays.
const transactionOptions = { readConcern: { level: 'snapshot' }, writeConcern, readPreference: 'primary' }

/**
 * Runs a unit in a transaction, begun anew until it is committed. `mayBeginAnew` gets what the unit or the commit threw
 * (a commit whose outcome stays unknown throws `CommitOutcomeLost`), and throws where there is to be no further
 * attempt.
 *
 * The driver's own `withTransaction` waits up to two minutes, and takes an error that is wrapped for a final one.
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

/** Only the commit is repeated when its outcome is unknown: the server takes a second one for the same. */
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
