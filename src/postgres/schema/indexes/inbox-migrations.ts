import type { StoreIndex } from '../store-index.js'

/** The indexes of the moves of inboxes. */
export const inboxMigrationIndexes: readonly StoreIndex[] = [
  {
    table: 'inbox_migrations',
    name: 'idx_inbox_migrations_source',
    columns: 'account_id, source_oa_id',
    unique: true,
    where: 'completed_at IS NULL',
    serves: 'account_id = … and completed_at is null: those that are not over; decides that an inbox moves once at a time',
  },
  {
    table: 'inbox_migrations',
    name: 'idx_inbox_migrations_destination',
    columns: 'account_id, destination_oa_id',
    unique: true,
    where: 'completed_at IS NULL',
    serves: 'account_id = … and destination_oa_id = … and completed_at is null; decides that one inbox at a time moves into another',
  },
  {
    table: 'inbox_migrations',
    name: 'idx_inbox_migrations_created',
    columns: 'account_id, created_at, id',
    serves: 'account_id = … order by created_at desc, id desc: the moves of inboxes, the newest first',
  },
  {
    table: 'inbox_migrations',
    name: 'idx_inbox_migrations_inbox',
    columns: 'account_id, source_oa_id, created_at, id',
    serves: 'account_id = … and source_oa_id = … order by created_at desc, id desc: the moves out of an inbox',
  },
]
