import type { ScratchSchema } from './scratch-schema.js'

/**
 * Fills the account `acme` by writing rows directly, without the adapter. The customers c1, c2, … are spread over five
 * inboxes. Each has one conversation (x1, x2, …) with five read messages. One conversation in ten is open, one in a
 * hundred is snoozed and due, and the others are closed. Each is a second younger than the one before.
 */
export async function fillAccount({ schema, query }: Pick<ScratchSchema, 'schema' | 'query'>, conversations: number): Promise<void> {
  const at = "'2026-01-01'::timestamptz"
  const customers = `generate_series(1, ${conversations}) n`
  // Only the conversations that the tests read and write have messages. The others only make the other tables larger.
  const withMessages = `generate_series(1, ${conversations / 10}) n, generate_series(1, 5) s`
  await query(`set synchronous_commit = off`)
  await query(`insert into "${schema}".inboxes (account_id, id, oa_id, channel, status, connected_at, created_at, updated_at)
    select 'acme', 'n' || n, 'page' || n, 'api', 'connected', ${at}, ${at}, ${at} from generate_series(0, 999) n`)
  await query(
    `insert into "${schema}".contacts (account_id, id, created_at, updated_at) select 'acme', 'p' || n, ${at}, ${at} from ${customers}`,
  )
  await query(`insert into "${schema}".contact_inboxes (account_id, id, oa_id, customer_id, contact_id, channel, created_at)
    select 'acme', 'i' || n, 'page' || n % 5, 'c' || n, 'p' || n, 'api', ${at} from ${customers}`)
  await query(`insert into "${schema}".conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version, chatbot_id,
      unread_count, last_seq, read_seq, last_event_seq, last_message_at, last_message_row_id, last_activity_at, status_changed_at, snoozed_until, closed_at,
      operations, created_at, updated_at)
    select 'acme', 'x' || n, 'page' || n % 5, 'c' || n, 'i' || n, 'p' || n, 'api', status, 0, 'bot' || n % 5, 0, 5, 5, 5, t, 'm' || n || '-5', t, t,
      case when status = 'snoozed' then t end, case when status = 'closed' then t end, '{0}', t, t
    from ${customers},
      lateral (select ${at} + n * interval '1 s', case when n % 100 = 1 then 'snoozed' when n % 10 = 2 then 'open' else 'closed' end) as k(t, status)`)
  await query(`insert into "${schema}".messages (account_id, id, conversation_id, contact_inbox_id, seq, message_id, direction, sender_type, text, attachments, occurred_at, created_at)
    select 'acme', 'm' || n || '-' || s, 'x' || n, 'i' || n, s, 'm' || s, 'inbound', 'customer', '', '[]', ${at}, ${at} from ${withMessages}`)
  await query(`insert into "${schema}".contact_interaction_events (account_id, id, contact_inbox_id, conversation_id, event_seq, type, message_id, direction, dedupe_key, operation_id, occurred_at, created_at)
    select 'acme', 'm' || n || '-' || s, 'i' || n, 'x' || n, s, 'message', 'm' || s, 'inbound', 'm' || n || '-' || s, 'o', ${at}, ${at} from ${withMessages}`)
  // The server's own vacuum would let plans be made anew while a test counts what a call touches. It would find that a
  // table which no one has filled fits on a page.
  await query(`do $$ declare t regclass; begin
    for t in select c.oid from pg_class c where c.relnamespace = '"${schema}"'::regnamespace and c.relkind = 'r' loop
      execute format('alter table %s set (autovacuum_enabled = false)', t);
    end loop;
  end $$`)
  // The vacuum also sets the hint bits, which the first readers would otherwise write.
  const tables = ['inboxes', 'contacts', 'contact_inboxes', 'conversations', 'messages', 'contact_interaction_events']
  await query(`vacuum analyze ${tables.map((table) => `"${schema}".${table}`).join(', ')}`)
}
