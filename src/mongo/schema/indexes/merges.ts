import type { StoreIndex } from '../store-index.js'

/** The indexes of the merges. `standing` is there until a merge is undone. */
export const mergeIndexes: readonly StoreIndex[] = [
  {
    collection: 'conversation_merges',
    key: { accountId: 1, lost_id: 1 },
    options: { name: 'idx_conversation_merges_lost', unique: true, partialFilterExpression: { standing: true } },
    serves: 'find({ accountId, lost_id, standing: true }): where the id of a merged conversation leads; decides that it leads to one',
  },
  {
    collection: 'conversation_merges',
    key: { accountId: 1, kept_id: 1 },
    options: { name: 'idx_conversation_merges_kept', partialFilterExpression: { standing: true } },
    serves: 'find({ accountId, kept_id, standing: true }): what leads elsewhere when the conversation is merged itself',
  },

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
