/** What `sync remove` takes away on PostgreSQL, as it lists it. */
export const postgresSyncObjects = [
  'function acquire_sync_lock',
  'function cleanup_expired_locks',
  'function extend_sync_lock',
  'function release_sync_lock',
  'table sync_state',
  'view active_syncs',
  'view sync_locks',
  'view sync_statistics',
]
