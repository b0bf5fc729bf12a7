import { syncRemoved } from '../../store/sync-removed.js'
import type { MongoDb } from '../driver.js'

/**
 * What the sync has beside its leases. A store may do without it: a host that pulls no history drops it by
 * `conversation-store sync remove`.
 */
export const syncCollection = 'sync_state'

/**
 * Looks whether the collection is there. A write would make it anew, and without the unique indexes that keep a second
 * session from beginning. Throws UNSUPPORTED.
 */
export function syncGuard(db: MongoDb): () => Promise<void> {
  return async () => {
    const found = await db.listCollections({ name: syncCollection }, { nameOnly: true }).toArray()
    if (found.length === 0) throw syncRemoved()
  }
}
