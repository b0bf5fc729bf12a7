import type { MigrationSession } from '../migration.js'
import { closingParenthesis } from './index-text.js'
import { readJson } from './read-json.js'

/** An index as the database has it. */
export interface LiveIndex {
  readonly table: string
  readonly name: string
  /** As it stands between the parentheses, in the server's form. */
  readonly columns: string
  /** By which each column is compared; null: it is of a type that has none. */
  readonly collations: readonly (string | null)[]
  readonly unique: boolean
  /** In the server's form; null: not a partial one. */
  readonly where: string | null
  /** What else makes it another: `using gin`, `include (text)`, `nulls not distinct`. Not how it is stored. */
  readonly extras: string
  /** Can be used by queries: built to the end, and on a partitioned table on all partitions. */
  readonly valid: boolean
  readonly partitioned: boolean
  /** A partition's share of an index of the partitioned table. */
  readonly attached: boolean
  /** A primary key, a constraint or the replica identity rests on it. */
  readonly required: boolean
  /** The backend that is building it at this moment. */
  readonly builder: number | null
}

interface IndexRow extends Omit<LiveIndex, 'columns' | 'extras'> {
  /** From the name of the method on. */
  readonly definition: string
}

/** All indexes on the tables, and those under the names on whatever table. One statement. */
export async function readLiveIndexes(
  session: MigrationSession,
  schema: string,
  { tables, names }: { readonly tables: readonly string[]; readonly names: readonly string[] },
): Promise<readonly LiveIndex[]> {
  const rows = await readJson<IndexRow>(session, liveIndexesQuery, [schema, JSON.stringify(tables), JSON.stringify(names)])
  return rows.map(toLiveIndex)
}

// A role without the rights to see a builder's progress still sees its lock on the table, which a concurrent build holds throughout.
const liveIndexesQuery = `select json_build_object(
  'table', t.relname, 'name', x.relname, 'unique', i.indisunique, 'where', pg_catalog.pg_get_expr(i.indpred, i.indrelid),
  'valid', i.indisvalid and i.indisready and i.indislive, 'partitioned', x.relkind = 'I',
  'attached', exists (select from pg_catalog.pg_inherits h where h.inhrelid = i.indexrelid),
  'required', i.indisprimary or i.indisreplident or exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid),
  'collations', (select json_agg(l.collname order by k.at) from unnest(i.indcollation::oid[]) with ordinality k(oid, at) left join pg_catalog.pg_collation l on l.oid = k.oid),
  'builder', case when not i.indisvalid then (
    select p.pid from pg_catalog.pg_stat_progress_create_index p
    where p.datid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
      and p.pid <> pg_catalog.pg_backend_pid()
      and (p.index_relid = i.indexrelid or (p.index_relid is null and exists (
        select from pg_catalog.pg_locks l where l.pid = p.pid and l.relation = i.indrelid and l.mode = 'ShareUpdateExclusiveLock')))
    limit 1) end,
  'definition', substr(pg_catalog.pg_get_indexdef(i.indexrelid), 1 + length(pg_catalog.format('CREATE %sINDEX %I ON %s%I.%I USING ',
    case when i.indisunique then 'UNIQUE ' else '' end, x.relname, case when x.relkind = 'I' then 'ONLY ' else '' end, n.nspname, t.relname)))
)::text as found
from pg_catalog.pg_index i
join pg_catalog.pg_class x on x.oid = i.indexrelid
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
where n.nspname = $1::text and t.relkind in ('r', 'p', 'm')
  and (t.relname in (select pg_catalog.json_array_elements_text($2::json)) or x.relname in (select pg_catalog.json_array_elements_text($3::json)))
order by t.relname, x.relname`

function toLiveIndex({ definition, ...row }: IndexRow): LiveIndex {
  const start = definition.indexOf('(')
  const end = closingParenthesis(definition, start)
  const method = definition.slice(0, start).trim()
  const condition = row.where === null ? 0 : ` WHERE ${row.where}`.length
  const rest = definition.slice(end + 1, definition.length - condition).replace(/ WITH \(.*\)$/, '')
  const extras = [...(method === 'btree' ? [] : [`using ${method}`]), ...(rest.trim() === '' ? [] : [rest.trim().toLowerCase()])]
  return { ...row, columns: definition.slice(start + 1, end), extras: extras.join(' ') }
}
