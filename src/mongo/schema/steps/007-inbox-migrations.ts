import type { CollectionStep } from '../collection-step.js'

/** The moves of inboxes. `inboxes` has both of them while the move is not over. */
export const inboxMigrations: readonly CollectionStep[] = [
  {
    collectionName: 'inbox_migrations',
    version: '007',
    name: '007-create-inbox-migrations-collection',
    description: 'The moves of inboxes, each with the place at which it goes on.',
    indexes: [
      {
        key: { accountId: 1, inboxes: 1 },
        options: { name: 'idx_inbox_migrations_inboxes', unique: true, partialFilterExpression: { inboxes: { $exists: true } } },
      },
      { key: { accountId: 1, created_at: -1, _id: -1 }, options: { name: 'idx_inbox_migrations_created' } },
      { key: { accountId: 1, source_oa_id: 1, created_at: -1, _id: -1 }, options: { name: 'idx_inbox_migrations_inbox' } },
    ],
  },
]
