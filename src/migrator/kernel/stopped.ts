import { aborted } from '../../model/abort.js'
import { type ConversationStoreError, isConversationStoreError } from '../../model/errors.js'

/**
 * Why a run ends whose signal was aborted: LEASE_LOST where the lock went, for the runner's signal is also the lock's;
 * else ABORTED.
 */
export function stopped(signal: AbortSignal): ConversationStoreError {
  return isConversationStoreError(signal.reason, 'LEASE_LOST') ? signal.reason : aborted(signal)
}
