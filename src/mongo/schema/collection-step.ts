import type { CollectionMigration } from '../migrator/migration.js'

/**
 * One version of one collection of the store, in a file of its own. Once it is released it never changes: a change is a
 * further version. So it depends on nothing that describes the newest schema. `serves` is told in indexes.ts alone.
 */
export type CollectionStep = Omit<CollectionMigration, 'owner' | 'isPublic' | 'isTenant'>
