import { isConversationStoreError } from '../model/errors.js'
import { contentionPause } from './contention-pause.js'
import type { MongoContext } from './context.js'
import type { MongoSession } from './driver.js'
import { writeConcern } from './schema/collections.js'
import { CommitOutcomeLost, contention, hasLabel, isContention, serverCode, translateError } from './translate-error.js'

/** How long a unit is begun anew before the caller gets CONTENTION, and may send it again. */
const patienceMs = 3_000
const commitAttempts = 4
const maxTimeExpired = 50

// Explicit, whatever the host's client asks for: only a snapshot with a majority commit reads what stays.
const transactionOptions = { readConcern: { level: 'snapshot' }, writeConcern, readPreference: 'primary' }

/**
 * Runs a unit in a transaction: the host's, where there is one, else one of ours, begun anew while others are faster. A unit must be whole
 * (read, decide, write), for each attempt begins from nothing. Throws translated errors, CONTENTION when the patience is spent, and
 * `CommitOutcomeLost`.
 *
 * Not by the driver's `withTransaction`: that waits up to two minutes, and takes an error that is wrapped for a final one.
 */
export async function inTransaction<T>(context: MongoContext, unit: (inner: MongoContext, attempt: number) => Promise<T>): Promise<T> {
  if (context.session !== null) return unit(context, 1)
  const started = performance.now()
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptUnit(context, (inner) => unit(inner, attempt))
    } catch (error) {
      if (!isContention(error) && !isConversationStoreError(error, 'CONTENTION')) throw error
      if (performance.now() - started > patienceMs) throw contention(attempt, error)
    }
    await contentionPause(attempt)
  }
}

async function attemptUnit<T>(context: MongoContext, unit: (inner: MongoContext) => Promise<T>): Promise<T> {
  const session = context.startSession()
  try {
    session.startTransaction(transactionOptions)
    const result = await unit({ ...context, session })
    await commit(session)
    return result
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction().catch(() => undefined)
    // A network error before the commit was sent: the server forgets the transaction.
    throw isContention(error) || error instanceof CommitOutcomeLost
      ? error
      : translateError(error, { operationId: null, inTransaction: true })
  } finally {
    await session.endSession().catch(() => undefined)
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
