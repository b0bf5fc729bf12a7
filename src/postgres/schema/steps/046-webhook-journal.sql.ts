import { createTableSql } from '../partitions.js'
import { openLikeSql } from '../rights.js'
import type { SchemaStep } from '../schema-step.js'

/**
 * The bodies of webhooks that a host keeps, each account's part in a row of its own. The account is the empty text for
 * what no account had connected. `due_at` is when somebody may take a body up, and null once it was settled.
 */
export const webhookJournal: SchemaStep = {
  number: 46,
  name: 'webhook-journal',
  description: 'The bodies of webhooks that are kept, each with what became of it.',
  statements: (names, { partitions }) => [
    ...createTableSql(names, journal, partitions),
    `create index ${names.index('idx_webhook_journal_expires')} on ${names.fn(journal.name)} (account_id, expires_at, id)`,
    `create index ${names.index('idx_webhook_journal_received')} on ${names.fn(journal.name)} (account_id, received_at, id)`,
    `create index ${names.index('idx_webhook_journal_failed')} on ${names.fn(journal.name)} (account_id, received_at, id) where outcome = 'failed'::text`,
    `create index ${names.index('idx_webhook_journal_due')} on ${names.fn(journal.name)} (account_id, due_at, id) where due_at IS NOT NULL`,
    openLikeSql(names, journal.name, 'inboxes'),
  ],
  undo: ({ fn }) => [`drop table if exists ${fn(journal.name)}`],
}

const journal = {
  name: 'webhook_journal',
  columns: `  account_id text collate "C" not null,
  id text collate "C" not null,
  channel text collate "C" not null,
  provider text,
  oa_id text collate "C",
  holder text not null,
  operation_id text collate "C" not null,
  outcome text collate "C" not null,
  token bigint not null,
  received_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  due_at timestamptz(3),
  worked_at timestamptz(3),
  attempts integer not null,
  inboxes jsonb not null,
  report jsonb,
  body text not null,
  primary key (account_id, id)`,
}
