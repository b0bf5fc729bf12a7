import type { StoreIndex } from '../store-index.js'

/** The indexes of the journal of webhooks. `due_at` is there until a body was settled. */
export const webhookJournalIndexes: readonly StoreIndex[] = [
  {
    collection: 'webhook_journal',
    key: { accountId: 1, received_at: -1, _id: -1 },
    options: { name: 'idx_webhook_journal_received' },
    serves: 'find({ accountId }).sort({ received_at: -1, _id: -1 }): the bodies that were kept, the newest first',
  },
  {
    collection: 'webhook_journal',
    key: { accountId: 1, received_at: -1, _id: -1 },
    options: { name: 'idx_webhook_journal_failed', partialFilterExpression: { outcome: 'failed' } },
    serves: "find({ accountId, outcome: 'failed' }).sort({ received_at: -1, _id: -1 }): the bodies that somebody has to look at",
  },
  {
    collection: 'webhook_journal',
    key: { accountId: 1, due_at: 1, _id: 1 },
    options: { name: 'idx_webhook_journal_due', partialFilterExpression: { due_at: { $exists: true } } },
    serves: 'find({ accountId, due_at: { $exists: true } }).sort({ due_at: 1, _id: 1 }): the bodies that are left to be worked on',
  },
  {
    collection: 'webhook_journal',
    key: { accountId: 1, expires_at: 1, _id: 1 },
    options: { name: 'idx_webhook_journal_expires' },
    serves: 'find({ accountId }).sort({ expires_at: 1, _id: 1 }): the bodies whose time is over, and which accounts have some',
  },
]
