import { heldLeasesKey } from '../hinted-keys.js'
import type { StoreIndex } from '../store-index.js'

/** The indexes of the leases. `holder` is there until a lease is released. */
export const leaseIndexes: readonly StoreIndex[] = [
  {
    collection: 'leases',
    key: heldLeasesKey,
    options: { name: 'idx_leases_name', partialFilterExpression: { holder: { $exists: true } } },
    serves:
      'find({ accountId, kind, holder: { $exists: true } }).sort({ kind: 1, key: 1 }): the leases of an account, or of all, that are held',
  },
]
