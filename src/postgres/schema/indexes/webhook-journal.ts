import type { StoreIndex } from '../store-index.js'

/** The indexes of the journal of webhooks. */
export const webhookJournalIndexes: readonly StoreIndex[] = [
  {
    table: 'webhook_journal',
    name: 'idx_webhook_journal_received',
    columns: 'account_id, received_at, id',
    serves: 'account_id = … order by received_at desc, id desc: the bodies that were kept, the newest first',
  },
  {
    table: 'webhook_journal',
    name: 'idx_webhook_journal_failed',
    columns: 'account_id, received_at, id',
    where: "outcome = 'failed'::text",
    serves: "account_id = … and outcome = 'failed' order by received_at desc, id desc: the bodies that somebody has to look at",
  },
  {
    table: 'webhook_journal',
    name: 'idx_webhook_journal_due',
    columns: 'account_id, due_at, id',
    where: 'due_at IS NOT NULL',
    serves: 'account_id = … and due_at <= … order by due_at, id: the bodies that are left to be worked on',
  },
  {
    table: 'webhook_journal',
    name: 'idx_webhook_journal_expires',
    columns: 'account_id, expires_at, id',
    serves: 'account_id = … and expires_at <= … order by expires_at, id: the bodies whose time is over',
  },
]
