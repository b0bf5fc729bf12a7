import { createTableSql } from '../partitions.js'
import { openLikeSql } from '../rights.js'
import type { SchemaStep } from '../schema-step.js'

/**
 * Leases, and the last token of each in a table of its own, so that a lease whose row was deleted gets a higher one.
 * Their account is the empty text for what is no account's.
 */
export const leases: SchemaStep = {
  number: 45,
  name: 'leases',
  description: 'Leases by account, and the last token of each.',
  statements: (names, { partitions }) => [
    ...createTableSql(names, held, partitions),
    ...createTableSql(names, tokens, partitions),
    openLikeSql(names, held.name, 'inboxes'),
    openLikeSql(names, tokens.name, 'inboxes'),
  ],
  undo: ({ fn }) => [`drop table if exists ${fn(tokens.name)}`, `drop table if exists ${fn(held.name)}`],
}

const held = {
  name: 'leases',
  columns: `  account_id text collate "C" not null,
  kind text collate "C" not null,
  key text collate "C" not null,
  holder text collate "C" not null,
  operation_id text collate "C" not null,
  token bigint not null,
  acquired_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  primary key (account_id, kind, key),
  unique (account_id, kind, key, token)`,
}

const tokens = {
  name: 'lease_tokens',
  columns: `  account_id text collate "C" not null,
  kind text collate "C" not null,
  key text collate "C" not null,
  token bigint not null,
  primary key (account_id, kind, key)`,
}
