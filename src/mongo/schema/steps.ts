import { storeOwner } from '../../migrator/kernel/migration.js'
import type { CollectionIndex } from '../migrator/indexes/declared-index.js'
import type { CollectionMigration } from '../migrator/migration.js'
import { mongoMigrations } from '../migrator/runnable.js'
import { clampTimes, restoreTimes } from './clamp-times.js'
import { collectionNames } from './collections.js'
import { contactMergeIndexes, mergedContactIndexes } from './contact-merge-indexes.js'
import { groupCustomers, ungroupCustomers } from './group-customers.js'
import { firstIndexes, unreadIndexes } from './indexes.js'
import { mergeIndexes } from './merge-indexes.js'
import { receiptIndexes } from './receipt-indexes.js'
import type { StoreIndex } from './store-index.js'
import { timeIndexes } from './time-indexes.js'
import { forgetWaitingCustomers, noteWaitingCustomers } from './waiting-customers.js'
import { waitingIndexes } from './waiting-indexes.js'

/** What the store's migrations have in common. They run in the tenants' databases, unless the host says otherwise. */
const ofTheStore = { owner: storeOwner, isPublic: false, isTenant: true } as const

/** The collections of version 001. */
const firstCollections = collectionNames.filter((name) => name !== 'conversation_merges' && name !== 'contact_merges')

/**
 * The migrations of the store's own collections. A released one is never edited. A change becomes a further version.
 */
export const storeCollectionMigrations: readonly CollectionMigration[] = [
  ...firstCollections.map((collectionName) => ({
    ...ofTheStore,
    collectionName,
    name: `001-create-${collectionName.replaceAll('_', '-')}-collection`,
    description: `The store's ${collectionName.replaceAll('_', ' ')}, with the indexes that its queries and its guards need.`,
    version: '001',
    indexes: withoutCollection(firstIndexes.filter(({ collection }) => collection === collectionName)),
  })),
  {
    ...ofTheStore,
    collectionName: 'conversations',
    name: '002-index-unread-conversations',
    description: 'The index of the conversations that have unread messages.',
    version: '002',
    indexes: withoutCollection(unreadIndexes),
  },
  {
    ...ofTheStore,
    collectionName: 'contact_interaction_events',
    name: '003-find-waiting-events-by-their-targets',
    description: 'The indexes by which a write finds what waits for it, and by which what waited too long is found.',
    version: '003',
    indexes: withoutCollection(waitingIndexes),
  },
  {
    ...ofTheStore,
    collectionName: 'contact_inboxes',
    name: '005-groups',
    description: 'What is stored under the several ids of a customer, written on the first of them and on the conversations.',
    version: '005',
    indexes: [],
    up: groupCustomers,
    down: ungroupCustomers,
  },
  {
    ...ofTheStore,
    collectionName: 'messages',
    name: '006-find-replies-by-the-channels-id',
    description: 'The index by which a receipt finds its message that names the inbox alone.',
    version: '006',
    indexes: withoutCollection(receiptIndexes),
  },
  {
    ...ofTheStore,
    collectionName: 'messages',
    name: '007-list-messages-by-time',
    description: 'The index of the messages in the order in which they were said, and the time by which each is listed.',
    version: '007',
    indexes: withoutCollection(timeIndexes),
    up: clampTimes,
    down: restoreTimes,
  },
  {
    ...ofTheStore,
    collectionName: 'conversations',
    name: '008-note-waiting-customers',
    description: 'Since when the customer of a conversation waits for an answer, and when the last answer was given.',
    version: '008',
    indexes: [],
    up: noteWaitingCustomers,
    down: forgetWaitingCustomers,
  },
  {
    ...ofTheStore,
    collectionName: 'conversation_merges',
    name: '009-create-conversation-merges-collection',
    description: 'Which conversations were merged into others, and what undoing that needs.',
    version: '009',
    indexes: withoutCollection(mergeIndexes),
  },
  {
    ...ofTheStore,
    collectionName: 'contact_merges',
    name: '010-create-contact-merges-collection',
    description: 'Which contacts were merged into others, and what undoing that needs.',
    version: '010',
    indexes: withoutCollection(contactMergeIndexes),
  },
  {
    ...ofTheStore,
    collectionName: 'contacts',
    name: '011-find-merged-contacts',
    description: 'The index by which a contact finds those that were merged into it.',
    version: '011',
    indexes: withoutCollection(mergedContactIndexes),
  },
]

export const storeMigrations = mongoMigrations(storeCollectionMigrations)

function withoutCollection(indexes: readonly StoreIndex[]): readonly CollectionIndex[] {
  return indexes.map(({ collection: _, ...index }) => index)
}
