import { isConversationStoreError } from '../../model/errors.js'
import { refusal } from './answers.js'

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

/**
 * What a log may hold of an error. The store's own errors quote nothing; another one's message may quote what somebody
 * wrote, so of it there is the name and where it was thrown.
 */
export function loggableError(error: unknown): Readonly<Record<string, unknown>> {
  if (isConversationStoreError(error)) return { error: error.name, code: error.code, message: error.message }
  if (!(error instanceof Error)) return { error: typeof error }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return { error: error.name, stack: frames.slice(0, 8).map((line) => line.trim()) }
}
