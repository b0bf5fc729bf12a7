import { aborted } from '../model/abort.js'
import { ConversationStoreError } from '../model/errors.js'
import { afterDeadline, type Deadline, DeadlinePassed } from './deadline.js'

/**
 * How long after the deadline an adapter may still answer for a write. It knows the deadline too, and it alone can tell
 * whether the write was applied.
 */
const writeGraceMs = 1000

export interface Awaited {
  /** Null for a read. */
  readonly operationId: string | null
  readonly signal: AbortSignal | null
  readonly deadline: Deadline
}

/**
 * Passes on the adapter's answer. It answers itself when the signal aborts, and when the deadline has passed and the
 * adapter is silent, whatever the adapter's connections are waiting for. A write is then COMMIT_OUTCOME_UNKNOWN.
 */
export function answerInTime<T>(work: Promise<T>, { operationId, signal, deadline }: Awaited): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => settle(() => reject(signal && aborted(signal)))
    const stop = afterDeadline(deadline, operationId === null ? 0 : writeGraceMs, () => settle(() => reject(late(operationId))))
    const settle = (answer: () => void) => {
      stop()
      signal?.removeEventListener('abort', onAbort)
      answer()
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    work.then(
      (result) => settle(() => resolve(result)),
      (error: unknown) => settle(() => reject(error)),
    )
  })
}

function late(operationId: string | null): ConversationStoreError {
  const options = { cause: new DeadlinePassed() }
  return operationId === null
    ? new ConversationStoreError('UNAVAILABLE', { attempts: 1 }, options)
    : new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId }, options)
}
