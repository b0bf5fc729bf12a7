import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import type { UpsertConversations, UpsertResult } from '../../store/adapter.js'
import type { WaitingCall } from './waiting-call.js'

/**
 * The bulk call that stands for all these calls. It is not atomic: a failure is reported in the place of its item, and
 * the other items are still written.
 */
export function foldedInput(first: UpsertConversations, calls: readonly WaitingCall[]): UpsertConversations {
  // The statement has the time of the most patient call. The core answers the others when their own time is up.
  const deadlines = calls.map(({ input }) => input.deadline ?? Number.POSITIVE_INFINITY)
  const deadline = Math.max(...deadlines)
  const bounds = Number.isFinite(deadline) ? { deadline } : {}
  const { deadline: _first, ...shared } = first
  return { ...shared, ...bounds, atomic: false, items: calls.map(({ item }) => item) }
}

/** Gives each caller the result of its own item, or throws what its own call would have thrown. */
export function answer(calls: readonly WaitingCall[], results: readonly UpsertResult[]): void {
  calls.forEach((call, index) => {
    const result = results[index]
    if (result === undefined) call.reject(new TypeError('the database returned fewer results than the items it was sent'))
    else if (result.ok || !call.input.atomic) call.resolve([result])
    else call.reject(new ConversationStoreError(result.failure.code, result.failure.details))
  })
}

/**
 * Whether a failure would have met each of the calls by itself too. One item alone may have caused any other failure: a
 * value that the database refuses, a lock that it waited too long for, or a trigger of the host's. In that case nothing
 * was written, and each call may be sent by itself.
 */
export function concernsAll(error: unknown): boolean {
  return (
    isConversationStoreError(error, 'COMMIT_OUTCOME_UNKNOWN') ||
    (isConversationStoreError(error, 'UNAVAILABLE') && error.retryable) ||
    isConversationStoreError(error, 'SCHEMA_OUT_OF_DATE') ||
    isConversationStoreError(error, 'SCHEMA_TOO_NEW') ||
    isConversationStoreError(error, 'UNSUPPORTED')
  )
}

/**
 * The error of a shared statement as this caller's own error. When the reply was lost, the error names the caller's own
 * operation.
 */
export function errorFor({ input: { operationId } }: WaitingCall, error: unknown): unknown {
  if (!isConversationStoreError(error, 'COMMIT_OUTCOME_UNKNOWN') || error.details.operationId === operationId) return error
  return new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId }, { cause: error.cause })
}
