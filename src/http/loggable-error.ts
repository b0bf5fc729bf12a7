import { isConversationStoreError } from '../model/errors.js'

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
