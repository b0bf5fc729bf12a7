import type { CollectionStep } from '../collection-step.js'

/** The leases, and the last token of each in a collection of its own. */
export const leases: readonly CollectionStep[] = [
  {
    collectionName: 'leases',
    version: '003',
    name: '003-create-leases-collection',
    description: 'Leases by account: who holds what, and until when.',
    indexes: [
      {
        key: { accountId: 1, kind: 1, key: 1 },
        options: { name: 'idx_leases_name', partialFilterExpression: { holder: { $exists: true } } },
      },
    ],
  },
  {
    collectionName: 'lease_tokens',
    version: '003',
    name: '003-create-lease-tokens-collection',
    description: 'The last token of each lease, which outlives the lease.',
    indexes: [],
  },
]
