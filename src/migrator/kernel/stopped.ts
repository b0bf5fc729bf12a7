import { aborted } from '../../model/abort.js'
import { type ConversationStoreError, isConversationStoreError } from '../../model/errors.js'

/**
 * Returns why a run with an aborted signal ends. It is LEASE_LOST if the lock was lost, because the lock aborts the
 * same signal as the host does, and ABORTED otherwise.
 */
export function stopped(signal: AbortSignal): ConversationStoreError {
  return isConversationStoreError(signal.reason, 'LEASE_LOST') ? signal.reason : aborted(signal)
}
