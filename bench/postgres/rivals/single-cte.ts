import type { Pool } from 'pg'
import { account, inbox } from '../customers.js'
import { newId } from '../new-id.js'
import { preview } from '../new-messages.js'
import { type ConversationRow, returnedColumns, written } from './columns.js'
import type { BulkRival, Delivery, MessagesRival, Stored } from './rival.js'

const conversation = (
  given: string,
) => `insert into conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status,
    version, unread_count, last_seq, read_seq, last_event_seq, last_message_at, last_message_preview, last_message_row_id, last_inbound_at,
    last_activity_at, status_changed_at, window_expires_at, operations, created_at, updated_at)
  ${given}
  on conflict (account_id, oa_id, customer_id) where status <> 'closed' do update set
    version = conversations.version + 1, updated_at = excluded.updated_at, unread_count = conversations.unread_count + excluded.unread_count,
    last_seq = conversations.last_seq + excluded.last_seq, last_event_seq = conversations.last_event_seq + excluded.last_event_seq,
    last_message_preview = excluded.last_message_preview, last_message_row_id = excluded.last_message_row_id,
    last_message_at = greatest(conversations.last_message_at, excluded.last_message_at),
    last_inbound_at = greatest(conversations.last_inbound_at, excluded.last_inbound_at),
    last_activity_at = greatest(conversations.last_activity_at, excluded.last_activity_at),
    window_expires_at = greatest(conversations.window_expires_at, excluded.window_expires_at)
  returning *`

const messages = (from: string) => `message as (
  insert into messages (account_id, id, conversation_id, contact_inbox_id, seq, message_id, direction, sender_id, sender_type, text, attachments,
    occurred_at, created_at)
  select c.account_id, t.row_id, c.id, c.contact_inbox_id, t.seq, t.message_id, 'inbound', c.customer_id, 'customer', t.text, '[]', t.at, now()
  from ${from} on conflict do nothing returning conversation_id, message_id),
event as (
  insert into contact_interaction_events (account_id, id, contact_inbox_id, conversation_id, event_seq, type, message_id, sender_id, direction,
    dedupe_key, operation_id, occurred_at, created_at)
  select c.account_id, t.event_id, c.contact_inbox_id, c.id, t.event_seq, 'message', t.message_id, c.customer_id, 'inbound', 'message:' || t.message_id, t.operation_id,
    t.at, now()
  from ${from} on conflict do nothing)`

const given = `values ($1, $2, $3, $4, $5, $6, $7, 'open', 0, cardinality($9::text[]), cardinality($9::text[]), 0, cardinality($9::text[]),
  $8, $14, $15, $8, $8, now(), $8::timestamptz + interval '24 hours', '{0}', now(), now())`
const oneCustomers = `c cross join lateral (
    select m.*, c.last_seq - cardinality($9::text[]) + m.place as seq, c.last_event_seq - cardinality($9::text[]) + m.place as event_seq, $16::text as operation_id
    from unnest($9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[]) with ordinality as m(row_id, event_id, message_id, text, at, place)) t`
const storeSql = `with c as (${conversation(given)}), ${messages(oneCustomers)}
select ${returnedColumns('c')}, array(select message_id from message) as stored from c`

const itemsMany = `item as materialized (
  select * from jsonb_to_recordset($2::jsonb) as i(n integer, id text, oa_id text, customer_id text, contact_inbox_id text, contact_id text, channel text,
    messages integer, at timestamptz, preview text, row_id text, operation_id text)),
given as materialized (
  select * from jsonb_to_recordset($3::jsonb) as m(n integer, place integer, row_id text, event_id text, message_id text, text text, at timestamptz))`
const givenMany = `select $1, i.id, i.oa_id, i.customer_id, i.contact_inbox_id, i.contact_id, i.channel, 'open', 0, i.messages, i.messages, 0, i.messages,
    i.at, i.preview, i.row_id, i.at, i.at, now(), i.at + interval '24 hours', '{0}'::bigint[], now(), now()
  from item i order by i.oa_id, i.customer_id`
const manyCustomers = `(
    select m.*, i.operation_id, i.oa_id, i.customer_id, i.messages from given m join item i on i.n = m.n) g
  join c on c.oa_id = g.oa_id and c.customer_id = g.customer_id
  cross join lateral (select g.*, c.last_seq - g.messages + g.place as seq, c.last_event_seq - g.messages + g.place as event_seq) t`
const storeAllSql = `with ${itemsMany}, c as (${conversation(givenMany)}), ${messages(manyCustomers)}
select ${returnedColumns('c')}, case when i.n = 0 then array(select message_id from message) end as stored
from item i join c on c.oa_id = i.oa_id and c.customer_id = i.customer_id order by i.n`

type StoredRow = ConversationRow & { readonly stored: readonly string[] | null }

/**
 * One statement that looks just as good. The conversation has to be counted up before it is known which messages are
 * new, so a duplicate leaves a hole in the numbers and is counted as unread. It takes only the rows' own locks, in the
 * order in which it writes them, keeps no operation ids, and creates no contact for a new customer.
 */
export function singleCte(pool: Pool): MessagesRival & BulkRival {
  return {
    async store(customerId, messages) {
      const last = messages.at(-1)
      const rowIds = messages.map(newId)
      const values = [
        ...[account, newId(), inbox.oaId, customerId, newId(), newId(), inbox.channel, last?.occurredAt],
        rowIds,
        messages.map(newId),
        messages.map(({ messageId }) => messageId),
        messages.map(({ text }) => text),
        messages.map(({ occurredAt }) => occurredAt),
        ...[preview(last?.text ?? ''), rowIds.at(-1), newId()],
      ]
      const { rows } = await pool.query<StoredRow>({ name: 'cte_store', text: storeSql, values })
      const [row] = rows
      if (row === undefined) throw new TypeError('an upsert returns its row')
      return stored(row)
    },
    async storeAll(deliveries) {
      const rowIds = deliveries.map(({ messages }) => messages.map(newId))
      const items = deliveries.map((delivery, index) => itemOf(delivery, index, rowIds[index] ?? []))
      const messages = deliveries.flatMap(({ messages }, index) =>
        messages.map(({ messageId, text, occurredAt }, place) => ({
          n: index,
          place: place + 1,
          row_id: rowIds[index]?.[place],
          event_id: newId(),
          message_id: messageId,
          text,
          at: occurredAt,
        })),
      )
      const values = [account, JSON.stringify(items), JSON.stringify(messages)]
      const { rows } = await pool.query<StoredRow>({ name: 'cte_store_all', text: storeAllSql, values })
      // The first row carries the stored ids of all conversations, because joining them to their conversations costs a
      // quarter of the statement.
      const stored = new Set(rows[0]?.stored)
      return rows.map((row, index) => ({
        ...written(row),
        stored: deliveries[index]?.messages.filter(({ messageId }) => stored.has(messageId)).length ?? 0,
      }))
    },
  }
}

function itemOf({ customerId, messages }: Delivery, index: number, rowIds: readonly string[]): object {
  const last = messages.at(-1)
  return {
    n: index,
    id: newId(),
    oa_id: inbox.oaId,
    customer_id: customerId,
    contact_inbox_id: newId(),
    contact_id: newId(),
    channel: inbox.channel,
    messages: messages.length,
    at: last?.occurredAt,
    preview: preview(last?.text ?? ''),
    row_id: rowIds.at(-1),
    operation_id: newId(),
  }
}

function stored(row: StoredRow): Stored {
  return { ...written(row), stored: row.stored?.length ?? 0 }
}
