import type { PostgresIndex } from '../migrator/migration.js'
import type { Names } from '../names.js'
import { conversationIndexes } from './indexes/conversations.js'
import { eventIndexes } from './indexes/events.js'
import { inboxMigrationIndexes } from './indexes/inbox-migrations.js'
import { mergeIndexes } from './indexes/merges.js'
import { messageIndexes } from './indexes/messages.js'
import { peopleIndexes } from './indexes/people.js'
import { syncStateIndexes } from './indexes/sync-state.js'
import { webhookJournalIndexes } from './indexes/webhook-journal.js'
import type { StoreIndex } from './store-index.js'

/**
 * The indexes that the store's own queries and guards need today, and what each is for. The steps make them, from texts
 * of their own, and a test compares the two. Columns and conditions are in the form in which the server prints them, so
 * that `checkSchema()` and `sync:indexes` compare them as text and ask the server nothing.
 */
export const storeIndexes: readonly StoreIndex[] = [
  ...peopleIndexes,
  ...conversationIndexes,
  ...messageIndexes,
  ...eventIndexes,
  ...mergeIndexes,
  ...webhookJournalIndexes,
  ...syncStateIndexes,
  ...inboxMigrationIndexes,
]

/** The same under the names of one store. */
export function indexesOf({ prefix }: Pick<Names, 'prefix'>): readonly PostgresIndex[] {
  return storeIndexes.map((index) => ({ ...index, table: prefix + index.table, name: prefix + index.name }))
}
