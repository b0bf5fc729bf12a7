import { isConversationStoreError } from '../model/errors.js'
import type { MongoContext } from './context.js'
import { runTransaction } from './run-transaction.js'
import { CommitOutcomeLost, contention, isContention, translateError } from './translate-error.js'

/** How long a unit is begun anew before the caller gets CONTENTION, and may send it again. */
const patienceMs = 3_000

/**
 * Runs a unit of an operation in a transaction: the host's, where there is one, else one of ours, begun anew while
 * others are faster. A unit must be whole (read, decide, write), for each attempt begins from nothing. Throws
 * translated errors, CONTENTION when the patience is spent, and `CommitOutcomeLost`.
 */
export async function inTransaction<T>(context: MongoContext, unit: (inner: MongoContext, attempt: number) => Promise<T>): Promise<T> {
  if (context.session !== null) return unit(context, 1)
  const started = performance.now()
  return runTransaction(
    context.startSession,
    (session, attempt) => unit({ ...context, session }, attempt),
    (error, attempt) => {
      // A network error before the commit was sent is translated too: the server forgets the transaction.
      const meaning =
        isContention(error) || error instanceof CommitOutcomeLost
          ? error
          : translateError(error, { operationId: null, inTransaction: true })
      if (!isContention(meaning) && !isConversationStoreError(meaning, 'CONTENTION')) throw meaning
      if (performance.now() - started > patienceMs) throw contention(attempt, meaning)
    },
  )
}
