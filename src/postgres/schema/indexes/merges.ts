import type { StoreIndex } from '../store-index.js'

/** The indexes of the merges. They hold those that stand. */
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

  {
    table: 'contact_merges',
    name: 'idx_contact_merges_lost',
    unique: true,
    columns: 'account_id, lost_id',
    where: 'undone_at IS NULL',
    serves: 'account_id = … and lost_id = … and undone_at is null: by which merge a contact was lost; decides that it is lost once',
  },
  {
    table: 'contact_merges',
    name: 'idx_contact_merges_kept',
    columns: 'account_id, kept_id, place',
    where: 'undone_at IS NULL',
    serves: 'account_id = … and kept_id = … and undone_at is null order by place desc: the last merge into a contact',
  },
]
