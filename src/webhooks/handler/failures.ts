import { refusal } from '../../http/answers.js'
import { isConversationStoreError } from '../../model/errors.js'

/**
 * The answer when a body could not be taken: a 5xx, so that the sender sends it again. 503 says that this alone may
 * help, 500 that somebody has to look first.
 */
export function failureAnswer(error: unknown): Response {
  const mayHelp = isConversationStoreError(error) && (error.retryable || error.code === 'COMMIT_OUTCOME_UNKNOWN')
  return mayHelp
    ? refusal(503, 'the body could not be taken now: send it again', { 'Retry-After': '5' })
    : refusal(500, 'the body could not be taken: send it again')
}
