import { ConversationStoreError } from './errors.js'

export function aborted(signal: AbortSignal): ConversationStoreError<'ABORTED'> {
  return new ConversationStoreError('ABORTED', {}, { cause: signal.reason })
}

/** Throws ABORTED if the signal is aborted. */
export function requireNotAborted(signal: AbortSignal | null | undefined): void {
  if (signal?.aborted) throw aborted(signal)
}
