/** Sends one statement. */
export type Query = (text: string) => Promise<unknown>

/** An inbox to fill: each conversation is another customer's, and has so many messages. */
export interface FilledInbox {
  readonly accountId: string
  readonly oaId: string
  readonly conversations: number
  readonly messagesOfEach: number
}

/**
 * Fills an inbox that is connected with what the library would have written, by one statement a table: a million calls
 * would take an hour. The ids of customers are in no order, as phone numbers are not.
 */
export async function fillPostgres(query: Query, schema: string, inbox: FilledInbox): Promise<void> {
  const { accountId, oaId, conversations, messagesOfEach: each } = inbox
  const from = `from generate_series(1, ${conversations}) n`
  await query(
    `insert into ${schema}.contacts (account_id, id, name, name_source, created_at, updated_at)
     select '${accountId}', ${id('c', 'n')}, 'Customer ' || n, 'channel', now(), now() ${from}`,
  )
  await query(
    `insert into ${schema}.contact_inboxes (account_id, id, oa_id, customer_id, contact_id, channel, created_at)
     select '${accountId}', ${id('i', 'n')}, '${oaId}', ${phone}, ${id('c', 'n')}, 'whatsapp', now() ${from}`,
  )
  await query(
    `insert into ${schema}.conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version,
       nickname, unread_count, last_seq, read_seq, last_event_seq, last_message_at, last_message_preview, last_message_row_id, last_inbound_at,
       last_activity_at, status_changed_at, window_expires_at, operations, created_at, updated_at)
     select '${accountId}', ${id('v', 'n')}, '${oaId}', ${phone}, ${id('i', 'n')}, ${id('c', 'n')}, 'whatsapp', 'open', ${each},
       'Lan', ${each}, ${each}, 0, 0, at, 'Is it still there?', ${id('m', `n * ${each}`)}, at, at, at, at + interval '24 hours', '{0}', at, at
     from (select n, now() - interval '1 hour' - n * interval '1 second' as at ${from}) given`,
  )
  await query(
    `insert into ${schema}.messages (account_id, id, conversation_id, contact_inbox_id, seq, message_id, direction, sender_id, sender_type,
       text, attachments, occurred_at, created_at)
     select '${accountId}', ${id('m', `(n - 1) * ${each} + seq`)}, ${id('v', 'n')}, ${id('i', 'n')}, seq, 'filled-' || n || '-' || seq, 'inbound',
       ${phone}, 'customer', 'Is it still there?', '[]', now(), now() ${from}, generate_series(1, ${each}) seq`,
  )
}

/** The customer of a number, as SQL: no two are the same, because the modulus is a prime. */
const phone = `'84' || lpad((n::bigint * 387420489 % 1000000007)::text, 10, '0')`

/** The same customer. */
export function customerOf(n: number): string {
  return `84${String((BigInt(n) * 387_420_489n) % 1_000_000_007n).padStart(10, '0')}`
}

/** An id in the form of the library's ids, so that keys are as long as in a real table. */
function id(table: 'c' | 'i' | 'v' | 'm', n: string): string {
  return `'01900000-0000-7000-8${table}00-' || lpad(to_hex(${n}), 12, '0')`
}
