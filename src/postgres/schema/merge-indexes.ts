import type { StoreIndex } from './store-index.js'

/** The indexes of step 13. They hold the merges that stand. */
export const mergeIndexes: readonly StoreIndex[] = [
  {
    table: 'conversation_merges',
    name: 'idx_conversation_merges_lost',
    unique: true,
    columns: 'account_id, lost_id',
    where: 'undone_at IS NULL',
    serves:
      'account_id = … and lost_id = … and undone_at is null: where the id of a merged conversation leads; decides that it leads to one',
  },
  {
    table: 'conversation_merges',
    name: 'idx_conversation_merges_kept',
    columns: 'account_id, kept_id',
    where: 'undone_at IS NULL',
    serves: 'account_id = … and kept_id = … and undone_at is null: what leads elsewhere when the conversation is merged itself',
  },
]
