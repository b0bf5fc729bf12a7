import { waitOf } from '../functions/expressions/waits.js'
import { literal } from '../literal.js'
import type { Names } from '../names.js'

/**
 * Step 12. The contact inboxes are locked first, because every write locks them before it writes a conversation. What
 * is stored tells since when its customers wait: two look-ups by an index for each conversation.
 */
export function addWaitingCustomers(names: Names): readonly string[] {
  const { contact_inboxes, conversations, messages } = names.tables
  return [
    `do ${literal(`begin lock table ${contact_inboxes} in exclusive mode; end`)}`,
    `alter table ${conversations} add column if not exists waiting_since timestamptz(3), add column if not exists last_answer_at timestamptz(3)`,
    `update ${conversations} c set waiting_since = wait.asked_at, last_answer_at = wait.answer_at
from ${conversations} o cross join lateral (${waitOf(messages, 'o.account_id', 'o.id')}) wait
where c.account_id = o.account_id and c.id = o.id and coalesce(wait.asked_at, wait.answer_at) is not null`,
  ]
}

export function removeWaitingCustomers({ tables }: Names): readonly string[] {
  return [`alter table ${tables.conversations} drop column if exists waiting_since, drop column if exists last_answer_at`]
}
