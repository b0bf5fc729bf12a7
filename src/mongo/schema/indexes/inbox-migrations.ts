import type { StoreIndex } from '../store-index.js'

/** The indexes of the moves of inboxes. `inboxes` has both of them, until the move is over. */
export const inboxMigrationIndexes: readonly StoreIndex[] = [
  {
    collection: 'inbox_migrations',
    key: { accountId: 1, inboxes: 1 },
    options: { name: 'idx_inbox_migrations_inboxes', unique: true, partialFilterExpression: { inboxes: { $exists: true } } },
    serves: 'find({ accountId, inboxes: { $in } }): the moves that are not over; decides that an inbox takes part in one at a time',
  },
  {
    collection: 'inbox_migrations',
    key: { accountId: 1, created_at: -1, _id: -1 },
    options: { name: 'idx_inbox_migrations_created' },
    serves: 'find({ accountId }).sort({ created_at: -1, _id: -1 }): the moves of inboxes, the newest first',
  },
  {
    collection: 'inbox_migrations',
    key: { accountId: 1, source_oa_id: 1, created_at: -1, _id: -1 },
    options: { name: 'idx_inbox_migrations_inbox' },
    serves: 'find({ accountId, source_oa_id }).sort({ created_at: -1, _id: -1 }): the moves out of an inbox',
  },
]
