import type { Pool } from 'pg'
import { account, inbox } from '../customers.js'
import { newId } from '../new-id.js'
import { type ConversationRow, returnedColumns, written } from './columns.js'
import type { UpsertRival } from './rival.js'

const opening = `insert into conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version, nickname,
  unread_count, last_seq, read_seq, last_event_seq, last_activity_at, status_changed_at, operations, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, 'open', 0, $8, 0, 0, 0, 0, now(), now(), '{0}', now(), now())
on conflict (account_id, oa_id, customer_id) where status <> 'closed'
do update set nickname = excluded.nickname, version = conversations.version + 1, updated_at = excluded.updated_at
returning ${returnedColumns('conversations')}`

const firstOpening = `with contact_inbox as (
  insert into contact_inboxes (account_id, id, oa_id, customer_id, contact_id, channel, created_at)
  values ($1, $5, $3, $4, $6, $7, now()) on conflict do nothing returning contact_id),
contact as (
  insert into contacts (account_id, id, created_at, updated_at) select $1, contact_id, now(), now() from contact_inbox)
${opening}`

/**
 * Upserts in one statement. It keeps no operation ids, so a call that is sent again after a lost reply counts twice.
 */
export function barePg(pool: Pool, how: 'known customers' | 'new customers'): UpsertRival {
  const name = how === 'known customers' ? 'bare_upsert' : 'bare_first_upsert'
  const text = how === 'known customers' ? opening : firstOpening
  return {
    async upsert(customerId, nickname) {
      const values = [account, newId(), inbox.oaId, customerId, newId(), newId(), inbox.channel, nickname]
      const { rows } = await pool.query<ConversationRow>({ name, text, values })
      const [row] = rows
      if (row === undefined) throw new TypeError('an upsert returns its row')
      return written(row)
    },
  }
}
