import { columns } from '../columns.js'
import type { Executor } from '../executor.js'
import { type Names, tableNames } from '../names.js'
import { text } from '../readers.js'
import { compile, type Fragment, join, raw, sql } from '../sql.js'

/** The objects of a schema in words (`index idx_messages_seq`), each with how it is defined; names are without the prefix. */
export type Catalog = ReadonlyMap<string, ReadonlySet<string>>

/** What the database holds of ours, also under names that a host's own objects share: hence a set. */
export async function readCatalog(executor: Executor, names: Names): Promise<Catalog> {
  const catalog = new Map<string, Set<string>>()
  for (const found of await executor.run(compile(catalogQuery(names)), null)) {
    const row = objectRow.of(found)
    const object = text(row.object)
    catalog.set(object, (catalog.get(object) ?? new Set()).add(text(row.definition)))
  }
  return catalog
}

const objectRow = columns({ object: text, definition: text })

// Nothing here depends on the schema's or the prefix's name, so that one list of what is expected fits every store.
function catalogQuery({ schema, prefix }: Names): Fragment {
  const bare = (column: string) => sql`substr(${raw(column)}::text, char_length(${prefix}::text) + 1)`
  const ours = join(
    tableNames.map((name) => sql`${prefix + name}`),
    ', ',
  )
  return sql`with ours as (
  select c.oid, ${bare('c.relname')} as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = ${schema} and c.relkind in ('r', 'p') and c.relname in (${ours})
)
select 'table ' || t.name as object, '' as definition from ours t
union all
select 'column ' || t.name || '.' || a.attname,
  pg_catalog.format_type(a.atttypid, a.atttypmod) || coalesce(' collate ' || nullif(l.collname, 'default'), '')
    || case when a.attnotnull then ' not null' else '' end || coalesce(' default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '')
from ours t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
left join pg_catalog.pg_collation l on l.oid = a.attcollation
left join pg_catalog.pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
union all
select 'index ' || ${bare('x.relname')},
  case when i.indisunique then 'unique ' else '' end || 'on ' || t.name || ' ('
    || (select string_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k, true) || case when i.indoption[k - 1] & 1 = 1 then ' desc' else '' end, ', ' order by k)
        from generate_series(1, i.indnkeyatts) k)
    || ')' || coalesce(' where ' || pg_catalog.pg_get_expr(i.indpred, i.indrelid), '') || case when i.indisvalid then '' else ' invalid' end
from ours t join pg_catalog.pg_index i on i.indrelid = t.oid join pg_catalog.pg_class x on x.oid = i.indexrelid
union all
select 'check on ' || t.name || ': ' || pg_catalog.pg_get_constraintdef(k.oid), case when k.convalidated then '' else 'not valid' end
from ours t join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.contype = 'c'
union all
select 'function ' || ${bare('p.proname')},
  encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex') || case when p.prosecdef then ' security definer' else '' end
    || case when p.proconfig @> array['search_path=pg_catalog, pg_temp'] then '' else ' without its search_path' end
    || case when has_function_privilege('public', p.oid, 'execute') then ' open to public' else '' end
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname = ${schema} and p.prokind = 'f' and starts_with(p.proname, ${prefix}::text)`
}
