import { conversationIndexes } from './indexes/conversations.js'
import { eventIndexes } from './indexes/events.js'
import { inboxMigrationIndexes } from './indexes/inbox-migrations.js'
import { leaseIndexes } from './indexes/leases.js'
import { mergeIndexes } from './indexes/merges.js'
import { messageIndexes } from './indexes/messages.js'
import { peopleIndexes } from './indexes/people.js'
import { syncStateIndexes } from './indexes/sync-state.js'
import { webhookJournalIndexes } from './indexes/webhook-journal.js'
import type { StoreIndex } from './store-index.js'

/**
 * The indexes that the store's queries and guards need today, and what each is for. The steps make them, from data of
 * their own, and a test compares the two. Each has the name that it has on PostgreSQL too. Every index starts with the
 * account, so that the collections can be sharded by it. A condition is the presence of a field (documents/ leaves such
 * a field out when it has no value) or a comparison: a partial index cannot ask for "is not null", and the server uses
 * it only for a query that implies its condition.
 */
export const storeIndexes: readonly StoreIndex[] = [
  ...peopleIndexes,
  ...conversationIndexes,
  ...messageIndexes,
  ...eventIndexes,
  ...mergeIndexes,
  ...leaseIndexes,
  ...webhookJournalIndexes,
  ...syncStateIndexes,
  ...inboxMigrationIndexes,
]
