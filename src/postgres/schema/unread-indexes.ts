import type { StoreIndex } from './store-index.js'

/** The index that step 4 makes. It holds only conversations with unread messages. */
export const unreadIndexes: readonly StoreIndex[] = [
  {
    table: 'conversations',
    name: 'idx_conversations_unread',
    columns: 'account_id, status, last_activity_at, id, oa_id',
    where: 'unread_count > 0',
    serves:
      'account_id = … and status = … and unread_count > 0 order by last_activity_at desc, id desc: the lists of unread conversations, and ' +
      'their number; an inbox is picked out within the index',
  },
]
