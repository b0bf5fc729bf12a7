import { createIndexSql } from '../migrator/indexes/index-sql.js'
import type { Names } from '../names.js'
import { mergeIndexesOf } from './indexes.js'
import { createTableSql } from './partitions.js'
import { openLikeSql } from './rights.js'
import type { Table } from './tables.js'

/**
 * A merge, under the id of its operation. While it stands, `lost_id` leads to the conversation `kept_id`. `lost` is the
 * row that went, and `before` what the kept one had of the columns that the merge may have changed.
 */
const conversationMerges: Table = {
  name: 'conversation_merges',
  isOfAccounts: true,
  definition: `  account_id text collate "C" not null,
  id text collate "C" not null,
  kept_id text collate "C" not null,
  lost_id text collate "C" not null,
  lost jsonb not null,
  before jsonb not null,
  undone_at timestamptz(3),
  undone_by text collate "C",
  created_at timestamptz(3) not null,
  primary key (account_id, id)`,
}

/** Step 13. The column is null for all conversations that hold no other one, and a null takes no space. */
export function addMerges(names: Names, { partitions }: { readonly partitions: number | null }): readonly string[] {
  return [
    ...createTableSql(names, conversationMerges, partitions),
    ...mergeIndexesOf(names).map((index) => createIndexSql(names.schema, index, { concurrently: false })),
    openLikeSql(names, 'conversation_merges', 'conversations'),
    `alter table ${names.tables.conversations} add column if not exists merged_parts jsonb`,
  ]
}

export function removeMerges({ tables }: Names): readonly string[] {
  return [`alter table ${tables.conversations} drop column if exists merged_parts`, `drop table if exists ${tables.conversation_merges}`]
}
