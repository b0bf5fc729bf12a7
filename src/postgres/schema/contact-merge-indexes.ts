import type { StoreIndex } from './store-index.js'

/** The indexes of step 14. They hold the merges that stand. */
export const contactMergeIndexes: readonly StoreIndex[] = [
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
