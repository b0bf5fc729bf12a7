import { createClosedViewSql } from '../rights.js'
import type { SchemaStep } from '../schema-step.js'

/**
 * The locks of syncs, as whoever is on duty looks at them. They are leases, so these are views: `sync_locks` can be
 * deleted from, and `active_syncs` says which of them are past their time.
 */
export const syncLocks: SchemaStep = {
  number: 60,
  name: 'sync-locks',
  description: 'The locks of syncs, which are leases, as views.',
  statements: (names) => [
    createClosedViewSql(
      names,
      'sync_locks',
      `select account_id, key as page_id, holder as locked_by, acquired_at as locked_at, expires_at from ${names.fn('leases')} where kind = 'sync'`,
    ),
    createClosedViewSql(
      names,
      'active_syncs',
      `select account_id, key as page_id, holder as locked_by, acquired_at as locked_at, expires_at,
  case when expires_at <= clock_timestamp() then 'EXPIRED' else 'ACTIVE' end as status,
  greatest(0, floor(date_part('epoch', clock_timestamp() - acquired_at)))::bigint as duration_seconds
from ${names.fn('leases')} where kind = 'sync'`,
    ),
  ],
  undo: ({ fn }) => [`drop view if exists ${fn('active_syncs')}`, `drop view if exists ${fn('sync_locks')}`],
}
