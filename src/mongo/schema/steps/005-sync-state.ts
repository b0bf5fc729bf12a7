import type { CollectionStep } from '../collection-step.js'

/** The sessions in which the history of an inbox is read. */
export const syncState: readonly CollectionStep[] = [
  {
    collectionName: 'sync_state',
    version: '005',
    name: '005-create-sync-state-collection',
    description: 'The sessions in which the history of an inbox is read.',
    indexes: [
      {
        key: { accountId: 1, page_id: 1, origin: 1 },
        options: { name: 'idx_sync_state_unfinished', unique: true, partialFilterExpression: { unfinished: true } },
      },
      { key: { accountId: 1, started_at: -1, _id: -1 }, options: { name: 'idx_sync_state_started' } },
      { key: { accountId: 1, page_id: 1, started_at: -1, _id: -1 }, options: { name: 'idx_sync_state_inbox' } },
      {
        key: { accountId: 1, page_id: 1, source: 1 },
        options: { name: 'idx_sync_state_completed', unique: true, partialFilterExpression: { latest: true } },
      },
      {
        key: { accountId: 1, clearable_at: 1, _id: 1 },
        options: { name: 'idx_sync_state_finished', partialFilterExpression: { clearable_at: { $exists: true } } },
      },
      {
        key: { accountId: 1, deadline_at: 1 },
        options: { name: 'idx_sync_state_deadline', partialFilterExpression: { deadline_at: { $exists: true } } },
      },
    ],
  },
]
