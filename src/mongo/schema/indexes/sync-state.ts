import type { StoreIndex } from '../store-index.js'

/**
 * The indexes of the sessions of syncs. `unfinished` is there while a session can be gone on with, `latest` on the last
 * complete one of an inbox and source, and `clearable_at` on all others that are finished.
 */
export const syncStateIndexes: readonly StoreIndex[] = [
  {
    collection: 'sync_state',
    key: { accountId: 1, page_id: 1, origin: 1 },
    options: { name: 'idx_sync_state_unfinished', unique: true, partialFilterExpression: { unfinished: true } },
    serves: 'find({ accountId, page_id, origin, unfinished: true }): the session that goes on, of which an inbox has one at most',
  },
  {
    collection: 'sync_state',
    key: { accountId: 1, started_at: -1, _id: -1 },
    options: { name: 'idx_sync_state_started' },
    serves: 'find({ accountId }).sort({ started_at: -1, _id: -1 }): the sessions, those that began last first',
  },
  {
    collection: 'sync_state',
    key: { accountId: 1, page_id: 1, started_at: -1, _id: -1 },
    options: { name: 'idx_sync_state_inbox' },
    serves: 'find({ accountId, page_id }).sort({ started_at: -1, _id: -1 }): the sessions of an inbox, and how they went',
  },
  {
    collection: 'sync_state',
    key: { accountId: 1, page_id: 1, source: 1 },
    options: { name: 'idx_sync_state_completed', unique: true, partialFilterExpression: { latest: true } },
    serves: 'find({ accountId, page_id, source, latest: true }): the last complete session',
  },
  {
    collection: 'sync_state',
    key: { accountId: 1, clearable_at: 1, _id: 1 },
    options: { name: 'idx_sync_state_finished', partialFilterExpression: { clearable_at: { $exists: true } } },
    serves: 'find({ accountId, clearable_at: { $lte } }).sort({ clearable_at: 1, _id: 1 }): the sessions whose time is over',
  },
  {
    collection: 'sync_state',
    key: { accountId: 1, deadline_at: 1 },
    options: { name: 'idx_sync_state_deadline', partialFilterExpression: { deadline_at: { $exists: true } } },
    serves: 'find({ accountId, deadline_at: { $lte } }): the pushed sessions of which nothing has come until their deadline',
  },
]
