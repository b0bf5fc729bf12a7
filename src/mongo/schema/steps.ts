import { storeOwner } from '../../migrator/kernel/migration.js'
import type { CollectionMigration } from '../migrator/migration.js'
import { mongoMigrations } from '../migrator/runnable.js'
import { collectionNames } from './collections.js'
import { storeIndexes } from './indexes.js'

/**
 * The migrations of the store's own collections. A released one is never edited. A change becomes a further version.
 */
export const storeCollectionMigrations: readonly CollectionMigration[] = collectionNames.map((collectionName) => ({
  collectionName,
  name: `001-create-${collectionName.replaceAll('_', '-')}-collection`,
  description: `The store's ${collectionName.replaceAll('_', ' ')}, with the indexes that its queries and its guards need.`,
  version: '001',
  owner: storeOwner,
  isPublic: false,
  isTenant: true,
  indexes: storeIndexes.filter(({ collection }) => collection === collectionName).map(({ collection: _, ...index }) => index),
}))

export const storeMigrations = mongoMigrations(storeCollectionMigrations)
