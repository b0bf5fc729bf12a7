import type { StoreIndex } from '../store-index.js'

/** The indexes of the leases. `holder` is there until a lease is released. */
export const leaseIndexes: readonly StoreIndex[] = [
  {
    collection: 'leases',
    key: { accountId: 1, kind: 1, key: 1 },
    options: { name: 'idx_leases_name', partialFilterExpression: { holder: { $exists: true } } },
    serves: 'find({ accountId, kind, holder: { $exists: true } }).sort({ kind: 1, key: 1 }): the leases of an account that are held',
  },
]
