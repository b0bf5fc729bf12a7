// Fills an empty PostgreSQL database with what a host with a column for each channel may have: 300 conversations, and
// unique indexes that forbid a customer to write again after a close.
import pg from 'pg'

const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
await client.connect()
await client.query(`
  create type "ConversationStatus" as enum ('OPEN', 'SNOOZED', 'CLOSED');
  create table conversations (id text primary key, "pageConnectionId" text, "widgetConfigId" text, psid text not null,
    status "ConversationStatus" not null default 'OPEN', "lastMessageAt" timestamp(3));
  create unique index "conversations_pageConnectionId_psid_key" on conversations ("pageConnectionId", psid);
  create unique index "conversations_widgetConfigId_psid_key" on conversations ("widgetConfigId", psid);

  insert into conversations (id, "pageConnectionId", "widgetConfigId", psid, status, "lastMessageAt")
  select 'conversation-' || n, case when n % 3 > 0 then 'page-' || n % 3 end, case when n % 3 = 0 then 'widget-1' end,
    'customer-' || n, case when n % 2 = 0 then 'CLOSED' else 'OPEN' end::"ConversationStatus",
    timestamp '2026-01-01' + n * interval '1 minute'
  from generate_series(1, 300) n;
`)
await client.end()
console.log('300 conversations')
