import { isConversationStoreError } from '../model/errors.js'
import type { MongoContext } from './context.js'
import { runTransaction } from './run-transaction.js'
import { CommitOutcomeLost, contention, isContention, translateError } from './translate-error.js'

/** For how long a unit is started again before the caller gets CONTENTION and may send the call again. */
const patienceMs = 3_000

/**
 * Runs a unit of an operation in a transaction. Inside the host's transaction the unit runs once. Otherwise it runs in
 * a transaction of ours, which is started again while other writers are faster. A unit must be complete (read, decide,
 * write), because each attempt begins from nothing. Throws translated errors, CONTENTION when `patienceMs` or the
 * call's time have passed or when it has lost `mostAttempts` times, and `CommitOutcomeLost`.
 */
export async function inTransaction<T>(
  context: MongoContext,
  unit: (inner: MongoContext, attempt: number) => Promise<T>,
  mostAttempts = Number.POSITIVE_INFINITY,
): Promise<T> {
  if (context.session !== null) return unit(context, 1)
  const { call } = context
  const started = performance.now()
  return runTransaction(
    context.sessions,
    (session, attempt) => unit({ ...context, session }, attempt),
    (error, attempt) => {
      // A network error before the commit was sent is safe to translate too, because the server discards the
      // transaction.
      const meaning =
        isContention(error) || error instanceof CommitOutcomeLost
          ? error
          : translateError(error, { operationId: null, written: 'nothing', isLate: call.isOver() })
      if (!isContention(meaning) && !isConversationStoreError(meaning, 'CONTENTION')) throw meaning
      if (attempt >= mostAttempts || performance.now() - started > patienceMs || call.isOver()) throw contention(attempt, meaning)
    },
    call,
  )
}
