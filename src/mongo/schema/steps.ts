import { storeOwner } from '../../migrator/kernel/migration.js'
import type { CollectionMigration } from '../migrator/migration.js'
import { mongoMigrations } from '../migrator/runnable.js'
import type { CollectionStep } from './collection-step.js'
import { storeIndexes } from './indexes.js'
import { collections } from './steps/001-collections.js'
import { leases } from './steps/003-leases.js'
import { webhookJournal } from './steps/003-webhook-journal.js'
import { syncState } from './steps/005-sync-state.js'
import { inboxMigrations } from './steps/007-inbox-migrations.js'
import { syncCollection } from './sync-collections.js'

/** What the store's migrations have in common. They run in the tenants' databases, unless the host says otherwise. */
const ofTheStore = { owner: storeOwner, isPublic: false, isTenant: true } as const

/**
 * The versions, each in a file of its own that never changes once it is released. CONTRIBUTING.md tells how to add one.
 */
const steps: readonly CollectionStep[] = [...collections, ...leases, ...webhookJournal, ...syncState, ...inboxMigrations]

/** The migrations of the store's own collections. */
export const storeCollectionMigrations: readonly CollectionMigration[] = steps.map((step) => ({
  ...ofTheStore,
  ...step,
  // A store may do without the sync.
  indexes: step.indexes.map((index) => ({
    ...index,
    ...purposeOf(index.options.name),
    ...(step.collectionName === syncCollection && { mayBeAbsent: true }),
  })),
}))

export const storeMigrations = mongoMigrations(storeCollectionMigrations)

/** What an index is for, as long as the newest schema has it. */
function purposeOf(name: string): { readonly serves?: string } {
  const index = storeIndexes.find(({ options }) => options.name === name)
  return index === undefined ? {} : { serves: index.serves }
}
