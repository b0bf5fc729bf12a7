import type { MongoDb } from '../driver.js'

/**
 * What the sync has beside its leases. A store may do without it: a host that pulls no history drops it by
 * `conversation-store sync remove`.
 */
export const syncCollection = 'sync_state'

/**
 * Looks each time, because the collection may be dropped while this process runs. A write would make it anew, and
 * without the unique indexes that keep a second session from beginning.
 */
export async function hasSyncCollection(db: MongoDb): Promise<boolean> {
  return (await db.listCollections({ name: syncCollection }, { nameOnly: true }).toArray()).length > 0
}
