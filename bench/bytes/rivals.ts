import type { Pool } from 'pg'
import { newId } from '../postgres/new-id.js'
import { accountId, oaId, type SaidMessage, type Writer } from './writer.js'

/** How one of the two rivals keeps its rows. Both answer the store's lists, and remember no operation. */
interface Schema {
  readonly name: string
  readonly tables: string
  /** Inserts a conversation of $1 account, $2 inbox, $3 customer. */
  readonly open: string
  /** Gives the conversation of $1, $2, $3 the nickname $4. */
  readonly nickname: string
  /** Counts $4 messages, the last of which is $5, said at $6, in the conversation of $1, $2, $3. */
  readonly count: string
  /** Inserts the message $4, $5, said at $6, as number $2 of the conversation $1 of $3. */
  readonly message: string
  readonly event: string
}

const timesOfConversation = (time: string) => `last_message_at ${time}, last_message_preview text, last_inbound_at ${time},
  last_activity_at ${time} not null, window_expires_at ${time}, created_at ${time} not null default now(), updated_at ${time} not null default now()`

/** What a user of Prisma gets: an id of text for each row, plain indexes, and a row for everything. */
const prismaLike: Schema = {
  name: 'as with Prisma',
  tables: `create table conversations (id text primary key, account_id text not null, oa_id text not null, customer_id text not null, contact_id text not null,
    channel text not null, status text not null, version integer not null default 0, nickname text, customer_name text, chatbot_id text,
    unread_count integer not null default 0, last_seq integer not null default 0, last_event_seq integer not null default 0, metadata jsonb,
    ${timesOfConversation('timestamp(3)')});
  create index on conversations (account_id, oa_id, customer_id);
  create index on conversations (account_id, last_activity_at desc, id desc);
  create index on conversations (account_id, status, last_activity_at desc, id desc);
  create index on conversations (account_id, oa_id, last_activity_at desc, id desc);
  create index on conversations (account_id, chatbot_id, last_activity_at desc, id desc);
  create index on conversations (account_id, contact_id, last_activity_at desc, id desc);
  create table messages (id text primary key, account_id text not null, conversation_id text not null references conversations, seq integer not null,
    message_id text, direction text not null, sender_id text, sender_type text not null, text text not null, attachments jsonb not null default '[]',
    status text, occurred_at timestamp(3) not null, edited_at timestamp(3), deleted_at timestamp(3), reactions jsonb not null default '[]', metadata jsonb,
    created_at timestamp(3) not null default now(), updated_at timestamp(3) not null default now());
  create unique index on messages (conversation_id, seq);
  create unique index on messages (account_id, conversation_id, message_id);
  create index on messages (conversation_id, occurred_at, seq);
  create table events (id text primary key, account_id text not null, conversation_id text not null references conversations, event_seq integer not null,
    type text not null, message_id text, sender_id text, direction text not null, payload jsonb, dedupe_key text not null, occurred_at timestamp(3) not null,
    created_at timestamp(3) not null default now());
  create unique index on events (conversation_id, event_seq);
  create unique index on events (account_id, conversation_id, dedupe_key);`,
  open: `insert into conversations (id, account_id, oa_id, customer_id, contact_id, channel, status, last_activity_at)
    values ($4, $1, $2, $3, $5, 'messenger', 'open', now())`,
  nickname: `update conversations set nickname = $4, version = version + 1, updated_at = now() where account_id = $1 and oa_id = $2 and customer_id = $3`,
  count: countIn('conversations'),
  message: `insert into messages (id, conversation_id, seq, account_id, message_id, text, occurred_at, direction, sender_id, sender_type)
    values ($7, $1, $2, $3, $4, $5, $6, 'inbound', $8, 'customer')`,
  event: `insert into events (id, conversation_id, event_seq, account_id, message_id, dedupe_key, occurred_at, type, sender_id, direction)
    values ($6, $1, $2, $3, $4, 'message:' || $4, $5, 'message', $7, 'inbound')`,
}

/** What a careful engineer writes: numbers as ids, ascending and partial indexes, and keys that serve the lists. */
const handWritten: Schema = {
  name: 'hand-written',
  tables: `create table conversations (id bigint generated always as identity primary key, account_id text not null, oa_id text not null,
    customer_id text not null, contact_id bigint not null, channel text not null, status text not null, version integer not null default 0,
    nickname text, customer_name text, chatbot_id text, unread_count integer not null default 0, last_seq integer not null default 0,
    last_event_seq integer not null default 0, metadata jsonb, ${timesOfConversation('timestamptz')}) with (fillfactor = 70);
  create unique index on conversations (account_id, oa_id, customer_id) where status <> 'closed';
  create index on conversations (account_id, status, last_activity_at, id);
  create index on conversations (account_id, oa_id, last_activity_at, id);
  create index on conversations (account_id, chatbot_id, last_activity_at, id) where chatbot_id is not null;
  create index on conversations (contact_id);
  create table messages (conversation_id bigint not null, seq integer not null, account_id text not null, message_id text, direction text not null,
    sender_id text, sender_type text not null, text text not null, attachments jsonb, status text, occurred_at timestamptz not null, edited_at timestamptz,
    deleted_at timestamptz, reactions jsonb, metadata jsonb, created_at timestamptz not null default now(), primary key (conversation_id, seq));
  create unique index on messages (account_id, conversation_id, message_id);
  create index on messages (conversation_id, occurred_at, seq);
  create table events (conversation_id bigint not null, event_seq integer not null, account_id text not null, type text not null, message_seq integer,
    dedupe_key text, payload jsonb, occurred_at timestamptz not null default now(), primary key (conversation_id, event_seq));
  create unique index on events (account_id, conversation_id, dedupe_key) where dedupe_key is not null;`,
  open: `insert into conversations (account_id, oa_id, customer_id, contact_id, channel, status, last_activity_at)
    values ($1, $2, $3, hashtext($4 || $5), 'messenger', 'open', now())`,
  nickname: `insert into conversations as c (account_id, oa_id, customer_id, contact_id, channel, status, nickname, last_activity_at)
    values ($1, $2, $3, 0, 'messenger', 'open', $4, now()) on conflict (account_id, oa_id, customer_id) where status <> 'closed'
    do update set nickname = excluded.nickname, version = c.version + 1, updated_at = now()`,
  count: countIn('conversations'),
  message: `insert into messages (conversation_id, seq, account_id, message_id, text, occurred_at, direction, sender_id, sender_type)
    values ($1, $2, $3, $4, $5, $6, 'inbound', $8, case when $7 = '' then 'agent' else 'customer' end)`,
  event: `insert into events (conversation_id, event_seq, account_id, type, message_seq, occurred_at)
    values ($1, $2, $3, case when $4 || $6 || $7 = '' then 'fact' else 'message' end, $2, $5)`,
}

function countIn(table: string): string {
  return `update ${table} set version = version + 1, unread_count = unread_count + $4::integer, last_seq = last_seq + $4::integer,
    last_event_seq = last_event_seq + $4::integer, last_message_preview = $5, last_message_at = $6::timestamptz, last_inbound_at = $6::timestamptz,
    last_activity_at = $6::timestamptz,
    window_expires_at = $6::timestamptz + interval '24 hours', updated_at = now()
    where account_id = $1 and oa_id = $2 and customer_id = $3 and status <> 'closed' returning id, last_seq`
}

export function rivals(pool: (schema: string) => Pool): readonly Writer[] {
  return [prismaLike, handWritten].map((schema, n) => rival(schema, `rival_${n}`, pool(`rival_${n}`)))
}

function rival(schema: Schema, name: string, pool: Pool): Writer {
  const keys = (customerId: string) => [accountId, oaId, customerId]
  return {
    name: schema.name,
    async open(customerIds) {
      await pool.query(`drop schema if exists ${name} cascade`)
      await pool.query(`create schema ${name}`)
      await pool.query(schema.tables)
      for (const customerId of customerIds) await pool.query(schema.open, [...keys(customerId), newId(), newId()])
    },
    async nickname(customerId, nickname) {
      await pool.query(schema.nickname, [...keys(customerId), nickname])
    },
    async messages(customerId, messages) {
      await pool.query('begin')
      const last: SaidMessage | undefined = messages.at(-1)
      const values = [...keys(customerId), messages.length, last?.text, last?.occurredAt]
      const { rows } = await pool.query<{ id: string; last_seq: number }>(schema.count, values)
      const [{ id, last_seq }] = rows as [{ id: string; last_seq: number }]
      for (const [index, { messageId, text, occurredAt }] of messages.entries()) {
        const place = [id, last_seq - messages.length + index + 1, accountId, messageId]
        await pool.query(schema.message, [...place, text, occurredAt, newId(), customerId])
        await pool.query(schema.event, [...place, occurredAt, newId(), customerId])
      }
      await pool.query('commit')
    },
  }
}
