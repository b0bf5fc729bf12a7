// Fills an empty PostgreSQL database with what a host may have from before: 1,000 conversations without an account.
import pg from 'pg'

const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
await client.connect()
await client.query(`
  create table integrations (oa_id text primary key, account_id text);
  create table conversations (id bigint generated always as identity primary key, account_id text, oa_id text,
    customer_id text not null, status text not null, last_message_at timestamptz, message_count integer, contact_id bigint);
  create table contacts (id bigint primary key, oa_id text, customer_id text);
  create table messages (id bigint generated always as identity primary key,
    conversation_id bigint not null references conversations, message_id text, text text);
  create index on messages (conversation_id);

  insert into integrations select 'page-' || n, 'account-' || n % 3 from generate_series(0, 9) n;
  -- Of each hundred five have lost their integration, one has no inbox, and one is a double of the one before.
  insert into conversations (oa_id, customer_id, status, last_message_at)
  select case when n % 100 < 5 then 'gone-' || n when n % 100 > 5 then 'page-' || (n - (n % 100 = 99)::int) % 10 end,
    'customer-' || n - (n % 100 = 99)::int, 'open', timestamptz '2026-01-01' + n * interval '1 minute'
  from generate_series(0, 999) n;
  -- The old unique index, which forbids a customer to write again after a close. It was made late, over what has come
  -- since, because those doubles were in its way.
  create unique index oa_id_1_customer_id_1 on conversations (oa_id, customer_id) where last_message_at >= '2026-06-01';
  -- The contacts are no better: the customers of doubles have two, some that conversations name are not there, and some
  -- are named by no conversation.
  update conversations set contact_id = id;
  insert into contacts select id, coalesce(oa_id, 'gone'), customer_id from conversations where id % 100 <> 1;
  insert into contacts select 1000 + n, 'gone-' || n, 'nobody-' || n from generate_series(1, 10) n;
  insert into messages (conversation_id, message_id, text) select id, 'message-' || customer_id, 'Hello' from conversations;
`)
await client.end()
console.log('1000 conversations')
