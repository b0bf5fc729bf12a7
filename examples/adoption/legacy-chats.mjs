// Fills an empty PostgreSQL database with the chats of a host from before: 300 customers on three pages.
import pg from 'pg'

const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
await client.connect()
await client.query(`
  create table messenger_integrations (page_id text primary key, account_id text not null, platform text not null, name text);
  create table messenger_conversations (id bigint generated always as identity primary key, conversation_id text unique,
    account_id text, page_id text, sender_id text, sender_name text, nickname text, status text not null,
    unread_count integer not null default 0, last_message_at timestamptz);
  create index on messenger_conversations (page_id, sender_id);
  create table contact_interaction_events (id bigint generated always as identity primary key, conversation_id text,
    event_type text not null, message_id text, sender_id text, text text, event_timestamp timestamptz);
  create index on contact_interaction_events (conversation_id);

  insert into messenger_integrations select 'page-' || n, 'account-' || n % 2, 'facebook', 'Page ' || n from generate_series(0, 2) n;
  -- The first ten customers have a second conversation, and one row has lost its account.
  insert into messenger_conversations (conversation_id, account_id, page_id, sender_id, sender_name, status, unread_count, last_message_at)
  select 't_' || n, case when n <> 309 then 'account-' || n % 300 % 3 % 2 end, 'page-' || n % 300 % 3, 'customer-' || n % 300,
    'Customer ' || n % 300, case when n % 3 = 0 then 'closed' else 'open' end, case when n % 3 = 1 then 1 else 0 end,
    timestamptz '2026-01-01' + n * interval '1 minute'
  from generate_series(0, 309) n;
  -- Each conversation has a question, an answer and a thank you. Of each tenth the question was delivered twice.
  insert into contact_interaction_events (conversation_id, event_type, message_id, sender_id, text, event_timestamp)
  select c.conversation_id, 'message', 'm_' || c.id || '_' || k, case when k = 2 then c.page_id else c.sender_id end,
    (array['Is it still there?', 'Yes, it is.', 'Thank you!'])[k], c.last_message_at - (3 - k) * interval '1 second'
  from messenger_conversations c cross join generate_series(1, 3) k;
  insert into contact_interaction_events (conversation_id, event_type, message_id, sender_id, text, event_timestamp)
  select conversation_id, event_type, message_id, sender_id, text, event_timestamp
  from contact_interaction_events where message_id like 'm\\_%0\\_1';
`)
await client.end()
console.log('310 conversations')
