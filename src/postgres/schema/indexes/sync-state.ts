import type { StoreIndex } from '../store-index.js'

/** The indexes of the sessions of syncs. */
const indexes: readonly StoreIndex[] = [
  {
    table: 'sync_state',
    name: 'idx_sync_state_unfinished',
    columns: 'account_id, page_id, origin',
    unique: true,
    where: 'finished_at IS NULL',
    serves: 'an inbox has one unfinished session at most, pulled and pushed',
  },
  {
    table: 'sync_state',
    name: 'idx_sync_state_started',
    columns: 'account_id, started_at, session_id',
    serves: 'account_id = … order by started_at desc, session_id desc: the sessions, those that began last first',
  },
  {
    table: 'sync_state',
    name: 'idx_sync_state_inbox',
    columns: 'account_id, page_id, started_at, session_id',
    serves: 'account_id = … and page_id = … order by started_at desc, session_id desc: the sessions of an inbox, and how they went',
  },
  {
    table: 'sync_state',
    name: 'idx_sync_state_completed',
    columns: 'account_id, page_id, finished_at, session_id',
    where: "status = 'completed'::text",
    serves: "account_id = … and page_id = … and status = 'completed' order by finished_at desc: the last complete session",
  },
  {
    table: 'sync_state',
    name: 'idx_sync_state_finished',
    columns: 'account_id, finished_at, session_id',
    where: 'finished_at IS NOT NULL',
    serves: 'account_id = … and finished_at <= … order by finished_at, session_id: the sessions whose time is over',
  },
  {
    table: 'sync_state',
    name: 'idx_sync_state_deadline',
    columns: 'account_id, deadline_at',
    where: 'deadline_at IS NOT NULL',
    serves: 'account_id = … and deadline_at <= …: the pushed sessions of which nothing has come until their deadline',
  },
]

/** A store may do without the sync. */
export const syncStateIndexes: readonly StoreIndex[] = indexes.map((index) => ({ ...index, mayBeAbsent: true }))
