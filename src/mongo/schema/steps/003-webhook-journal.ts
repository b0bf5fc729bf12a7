import type { CollectionStep } from '../collection-step.js'

/** The bodies of webhooks that a host keeps. */
export const webhookJournal: readonly CollectionStep[] = [
  {
    collectionName: 'webhook_journal',
    version: '003',
    name: '003-create-webhook-journal-collection',
    description: 'The bodies of webhooks that are kept, each with what became of it.',
    indexes: [
      { key: { accountId: 1, received_at: -1, _id: -1 }, options: { name: 'idx_webhook_journal_received' } },
      {
        key: { accountId: 1, received_at: -1, _id: -1 },
        options: { name: 'idx_webhook_journal_failed', partialFilterExpression: { outcome: 'failed' } },
      },
      {
        key: { accountId: 1, due_at: 1, _id: 1 },
        options: { name: 'idx_webhook_journal_due', partialFilterExpression: { due_at: { $exists: true } } },
      },
      { key: { accountId: 1, expires_at: 1, _id: 1 }, options: { name: 'idx_webhook_journal_expires' } },
    ],
  },
]
