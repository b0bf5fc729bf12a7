import type { MigrationSession } from '../migration.js'
import { type IndexDefinition, parseDefinition } from './index-definition.js'
import { readJson } from './read-json.js'

/** An index as the database has it. */
export interface LiveIndex extends IndexDefinition {
  readonly table: string
  readonly name: string
  /** The collation of each column, or null if its type has none. */
  readonly collations: readonly (string | null)[]
  /** The operator class of each column of the key, the default one of its type too. */
  readonly operatorClasses: readonly string[]
  readonly unique: boolean
  /** The condition in the server's form, or null if the index is not partial. */
  readonly where: string | null
  /** Whether queries can use it: it was built to the end, on a partitioned table on all partitions. */
  readonly valid: boolean
  readonly partitioned: boolean
  /** Whether it is a partition's share of an index of the partitioned table. */
  readonly attached: boolean
  /** Whether a primary key, a constraint or the replica identity depends on it. */
  readonly required: boolean
  /** The process id of the backend that is building it at this moment, or null. */
  readonly builder: number | null
}

interface IndexRow extends Omit<LiveIndex, keyof IndexDefinition> {
  readonly definition: string
}

/** All indexes on the given tables, and those with the given names on any table. One statement. */
export async function readLiveIndexes(
  session: MigrationSession,
  schema: string,
  { tables, names }: { readonly tables: readonly string[]; readonly names: readonly string[] },
): Promise<readonly LiveIndex[]> {
  const rows = await readJson<IndexRow>(session, liveIndexesQuery, [schema, JSON.stringify(tables), JSON.stringify(names)])
  return rows.map(toLiveIndex)
}

// A role without the rights to see a builder's progress still sees its lock on the table, which a concurrent build
// holds from beginning to end.
const liveIndexesQuery = `select json_build_object(
  'table', parent.relname, 'name', relation.relname, 'unique', index.indisunique,
  'where', pg_catalog.pg_get_expr(index.indpred, index.indrelid),
  'valid', index.indisvalid and index.indisready and index.indislive, 'partitioned', relation.relkind = 'I',
  'attached', exists (select from pg_catalog.pg_inherits share where share.inhrelid = index.indexrelid),
  'required', index.indisprimary or index.indisreplident
    or exists (select from pg_catalog.pg_constraint rule where rule.conindid = index.indexrelid),
  'collations', (select json_agg(sorting.collname order by key.place)
    from unnest(index.indcollation::oid[]) with ordinality key(collation_oid, place)
    left join pg_catalog.pg_collation sorting on sorting.oid = key.collation_oid),
  'operatorClasses', (select json_agg(comparing.opcname order by key.place)
    from unnest(index.indclass::oid[]) with ordinality key(class_oid, place)
    join pg_catalog.pg_opclass comparing on comparing.oid = key.class_oid),
  'builder', case when not index.indisvalid then (
    select build.pid from pg_catalog.pg_stat_progress_create_index build
    where build.datid = (select database.oid from pg_catalog.pg_database database where database.datname = pg_catalog.current_database())
      and build.pid <> pg_catalog.pg_backend_pid()
      and (build.index_relid = index.indexrelid or (build.index_relid is null and exists (
        select from pg_catalog.pg_locks held
        where held.pid = build.pid and held.relation = index.indrelid and held.mode = 'ShareUpdateExclusiveLock')))
    limit 1) end,
  'definition', pg_catalog.pg_get_indexdef(index.indexrelid)
)::text as found
from pg_catalog.pg_index index
join pg_catalog.pg_class relation on relation.oid = index.indexrelid
join pg_catalog.pg_class parent on parent.oid = index.indrelid
join pg_catalog.pg_namespace namespace on namespace.oid = parent.relnamespace
where namespace.nspname = $1::text and parent.relkind in ('r', 'p', 'm')
  and (parent.relname in (select pg_catalog.json_array_elements_text($2::json))
    or relation.relname in (select pg_catalog.json_array_elements_text($3::json)))
order by parent.relname, relation.relname`

function toLiveIndex({ definition, ...row }: IndexRow): LiveIndex {
  return { ...row, ...parseDefinition(definition) }
}
