import type { StoreIndex } from './store-index.js'

/** The indexes of version 009. `standing` is there until the merge is undone. */
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
]
