import { type ConversationStoreError, isConversationStoreError } from '../model/errors.js'

/** How often in a row the database may be unable to do the same before a worker gives up. */
export const mostAttempts = 10
const longestPauseMs = 30_000

/** Whether the same call may succeed later. */
export function mayPass(error: unknown): error is ConversationStoreError {
  return isConversationStoreError(error) && (error.retryable || error.code === 'COMMIT_OUTCOME_UNKNOWN')
}

/** How long to wait after so many attempts. It doubles with each, up to the longest. */
export function pauseAfter(attempts: number, pauseMs: number): number {
  return Math.min(longestPauseMs, pauseMs + 1_000 * 2 ** attempts)
}
