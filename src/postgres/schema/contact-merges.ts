import { createIndexSql } from '../migrator/indexes/index-sql.js'
import type { Names } from '../names.js'
import { contactMergeIndexesOf } from './indexes.js'
import { createTableSql } from './partitions.js'
import { openLikeSql } from './rights.js'
import type { Table } from './tables.js'

/**
 * A merge of contacts, under the id of its operation. `place` counts the merges into the kept contact. `moved_ids` are
 * the contacts that led to the lost one before. `kept` and `lost` are what both had that the merge may have joined.
 */
const contactMerges: Table = {
  name: 'contact_merges',
  isOfAccounts: true,
  definition: `  account_id text collate "C" not null,
  id text collate "C" not null,
  kept_id text collate "C" not null,
  lost_id text collate "C" not null,
  place integer not null,
  moved_ids text[] collate "C" not null,
  kept jsonb not null,
  lost jsonb not null,
  undone_at timestamptz(3),
  undone_by text collate "C",
  created_at timestamptz(3) not null,
  primary key (account_id, id)`,
}

/** Step 14. */
export function addContactMerges(names: Names, { partitions }: { readonly partitions: number | null }): readonly string[] {
  return [
    ...createTableSql(names, contactMerges, partitions),
    ...contactMergeIndexesOf(names).map((index) => createIndexSql(names.schema, index, { concurrently: false })),
    openLikeSql(names, 'contact_merges', 'contacts'),
  ]
}

export function removeContactMerges({ tables }: Names): readonly string[] {
  return [`drop table if exists ${tables.contact_merges}`]
}
