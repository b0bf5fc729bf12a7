import type { StoreIndex } from './store-index.js'

/** The indexes of version 010. `standing` is there until the merge is undone. */
export const contactMergeIndexes: readonly StoreIndex[] = [
  {
    collection: 'contact_merges',
    key: { accountId: 1, lost_id: 1 },
    options: { name: 'idx_contact_merges_lost', unique: true, partialFilterExpression: { standing: true } },
    serves: 'find({ accountId, lost_id, standing: true }): by which merge a contact was lost; decides that it is lost once',
  },
  {
    collection: 'contact_merges',
    key: { accountId: 1, kept_id: 1, place: 1 },
    options: { name: 'idx_contact_merges_kept', partialFilterExpression: { standing: true } },
    serves: 'find({ accountId, kept_id, standing: true }).sort({ place: -1 }): the last merge into a contact',
  },
]

/** The index of version 011. */
export const mergedContactIndexes: readonly StoreIndex[] = [
  {
    collection: 'contacts',
    key: { accountId: 1, merged_into: 1 },
    options: { name: 'idx_contacts_merged_into', partialFilterExpression: { merged_into: { $exists: true } } },
    serves: 'find({ accountId, merged_into }): the contacts that became one with this one, for its list of conversations',
  },
]
