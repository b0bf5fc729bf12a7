import { isConversationStoreError } from '../model/errors.js'
import { stackFrames } from '../model/stack-frames.js'

/**
 * What a log may hold of an error. The store's own errors quote nothing; another one's message may quote what somebody
 * wrote, so of it there is the name and where it was thrown.
 */
export function loggableError(error: unknown): Readonly<Record<string, unknown>> {
  if (isConversationStoreError(error)) return { error: error.name, code: error.code, message: error.message }
  if (!(error instanceof Error)) return { error: typeof error }
  return {
    error: error.name,
    stack: stackFrames(error)
      .slice(0, 8)
      .map((line) => line.trim()),
  }
}
