import { storeOwner } from '../../migrator/kernel/migration.js'
import type { CollectionIndex } from '../migrator/indexes/declared-index.js'
import type { CollectionMigration } from '../migrator/migration.js'
import { mongoMigrations } from '../migrator/runnable.js'
import { collectionNames } from './collections.js'
import { firstIndexes } from './indexes.js'
import type { StoreIndex } from './store-index.js'
import { waitingIndexes } from './waiting-indexes.js'

/**
 * The migrations of the store's own collections. A released one is never edited. A change becomes a further version.
 */
const createCollections: readonly CollectionMigration[] = collectionNames.map((collectionName) => ({
  collectionName,
  name: `001-create-${collectionName.replaceAll('_', '-')}-collection`,
  description: `The store's ${collectionName.replaceAll('_', ' ')}, with the indexes that its queries and its guards need.`,
  version: '001',
  owner: storeOwner,
  isPublic: false,
  isTenant: true,
  indexes: firstIndexes.filter(({ collection }) => collection === collectionName).map(declared),
}))

const boundWaitingEvents: CollectionMigration = {
  collectionName: 'contact_interaction_events',
  name: '003-find-waiting-events-by-their-targets',
  description: 'The indexes by which a write finds what waits for it, and by which what waited too long is found.',
  version: '003',
  owner: storeOwner,
  isPublic: false,
  isTenant: true,
  indexes: waitingIndexes.map(declared),
}

export const storeCollectionMigrations: readonly CollectionMigration[] = [...createCollections, boundWaitingEvents]

export const storeMigrations = mongoMigrations(storeCollectionMigrations)

function declared({ collection: _, ...index }: StoreIndex): CollectionIndex {
  return index
}
