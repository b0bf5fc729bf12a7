import type { StoreIndex } from './store-index.js'

/** The index that step 8 makes. It holds only contacts that were merged into another one. */
export const identityIndexes: readonly StoreIndex[] = [
  {
    table: 'contacts',
    name: 'idx_contacts_merged',
    columns: 'account_id, merged_into',
    where: 'merged_into IS NOT NULL',
    serves: 'account_id = … and merged_into = …: the contacts that became one with this one, for its list of conversations',
  },
]
