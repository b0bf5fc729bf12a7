import { type ConversationStoreError, isConversationStoreError } from '../model/errors.js'

/** With which HTTP status an error is answered. */
export function statusOf(error: ConversationStoreError): number {
  switch (error.code) {
    case 'VALIDATION_FAILED':
      return 422
    case 'NOT_FOUND':
      return 404
    case 'UNSUPPORTED':
      return 501
    // The client went away, and nobody reads the answer.
    case 'ABORTED':
    case 'COMMIT_OUTCOME_UNKNOWN':
      return 503
    default:
      return error.httpStatus ?? (error.retryable ? 503 : 500)
  }
}

/** Whether the request itself was refused, which the audit is told of. What fails for another reason is no refusal. */
export function isRefusal(error: unknown): error is ConversationStoreError {
  return isConversationStoreError(error) && statusOf(error) < 500
}
