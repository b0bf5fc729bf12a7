import type { BenchDatabase } from './database.js'

export const account = 'acme'
export const inbox = { oaId: 'page-1', channel: 'messenger' } as const

export function customerName(n: number): string {
  return `customer-${n}`
}

export interface Population {
  /** The number of customers with an active conversation. They are numbered from 1. */
  readonly customers: number
  /**
   * How many of them, from the first on, have two unread messages each. Where messages are written there should be
   * some, because a plan that is made for an empty table, and kept, is slow later.
   */
  readonly withMessages?: number
}

/** Fills one schema with an inbox, and for each customer with a contact, a contact inbox and an open conversation. */
export async function fillCustomers(database: BenchDatabase, schema: string, { customers, withMessages = 0 }: Population): Promise<void> {
  const run = (text: string, ...values: readonly number[]) => database.query(text, values)
  await run(`insert into ${schema}.inboxes (account_id, id, oa_id, channel, status, connected_at, created_at, updated_at)
    values ('${account}', 'inbox-1', '${inbox.oaId}', '${inbox.channel}', 'connected', now(), now(), now())`)
  await run(
    `insert into ${schema}.contacts (account_id, id, name, name_source, created_at, updated_at)
     select '${account}', ${id('c', 'n')}, 'Customer ' || n, 'channel', now(), now() from generate_series(1, $1::integer) n`,
    customers,
  )
  await run(
    `insert into ${schema}.contact_inboxes (account_id, id, oa_id, customer_id, contact_id, channel, created_at)
     select '${account}', ${id('i', 'n')}, '${inbox.oaId}', 'customer-' || n, ${id('c', 'n')}, '${inbox.channel}', now()
     from generate_series(1, $1::integer) n`,
    customers,
  )
  await run(
    `insert into ${schema}.conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version,
       nickname, unread_count, last_seq, read_seq, last_event_seq, last_message_at, last_message_preview, last_message_row_id, last_inbound_at,
       last_activity_at, status_changed_at, window_expires_at, operations, created_at, updated_at)
     select '${account}', ${id('v', 'n')}, '${inbox.oaId}', 'customer-' || n, ${id('i', 'n')}, ${id('c', 'n')}, '${inbox.channel}', 'open', said,
       'Lan', said, said, 0, said, case when said > 0 then at end, case when said > 0 then 'Is it still there?' end,
       case when said > 0 then ${id('m', 'n * 2')} end, case when said > 0 then at end,
       at, at, case when said > 0 then at + interval '24 hours' end, '{0}', at, at
     from (select n, now() - interval '1 hour' - n * interval '1 second' as at, case when n <= $2::integer then 2 else 0 end as said
           from generate_series(1, $1::integer) n) given`,
    customers,
    withMessages,
  )
  await run(
    `insert into ${schema}.messages (account_id, id, conversation_id, contact_inbox_id, seq, message_id, direction, sender_id, sender_type,
       text, attachments, occurred_at, created_at)
     select '${account}', ${id('m', 'n * 2 - 2 + seq')}, ${id('v', 'n')}, ${id('i', 'n')}, seq, 'filled-' || n || '-' || seq, 'inbound', 'customer-' || n,
       'customer', 'Is it still there?', '[]', now(), now()
     from generate_series(1, $1::integer) n, generate_series(1, 2) seq`,
    withMessages,
  )
  await run(
    `insert into ${schema}.contact_interaction_events (account_id, id, contact_inbox_id, conversation_id, event_seq, type, message_id, sender_id,
       direction, dedupe_key, operation_id, occurred_at, created_at)
     select account_id, 'e' || id, contact_inbox_id, conversation_id, seq, 'message', message_id, sender_id, 'inbound', 'message:' || message_id,
       'filled', occurred_at, created_at from ${schema}.messages`,
  )
}

/**
 * Makes an id in the form of the library's ids, so that keys are as long as in a real table. The letter tells the
 * tables apart.
 */
function id(table: 'c' | 'i' | 'v' | 'm', n: string): string {
  return `'01900000-0000-7000-8${table}00-' || lpad(to_hex(${n}), 12, '0')`
}

export interface CustomerChoice {
  readonly customers: number
  /**
   * The number of callers. They never choose the same customer, so that a rival that numbers wrongly under races does
   * not fail here.
   */
  readonly callers: number
  /** If given, only every so-many-th customer is chosen. */
  readonly stride?: number
}

/** Chooses customers at random, the same ones in the same order for every variant. */
export function customerChooser({ customers, callers, stride = 1 }: CustomerChoice): (caller: number) => string {
  const each = Math.floor(customers / stride / callers)
  const sources = Array.from({ length: callers }, (_, caller) => randomSource(caller + 1))
  return (caller) => {
    const random = sources[caller]
    if (random === undefined) throw new RangeError(`caller ${caller} of ${callers}`)
    return customerName((Math.floor(random() * each) * callers + caller) * stride + 1)
  }
}

/** Mulberry32: returns numbers from 0 to 1, the same ones for the same seed. */
export function randomSource(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
