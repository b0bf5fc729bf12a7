import type { ConversationStore } from '../../store/create-conversation-store.js'
import { syncKind } from './sync-kind.js'

/**
 * Frees the sync locks of all accounts whose time is over, by one statement, and returns how many. It only tidies the
 * list, because a lock that is past its time is in nobody's way. The next token of each goes on from where it was. A
 * holder that is still at work gets LEASE_LOST.
 */
export async function cleanupExpiredLocks(store: Pick<ConversationStore, 'forOperator'>): Promise<number> {
  return store.forOperator().releaseExpiredLeases({ kind: syncKind })
}
