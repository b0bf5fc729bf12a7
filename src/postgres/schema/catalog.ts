import { columns } from '../columns.js'
import type { Executor } from '../executor.js'
import { type Names, tableNames, viewNames } from '../names.js'
import { text } from '../readers.js'
import { compile, type Fragment, join, raw, sql } from '../sql.js'

/**
 * The objects of a schema in words (`index idx_messages_seq`), each with its definitions. Names are without the prefix.
 */
export type Catalog = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Reads the store's objects from the database. A host's own objects can have the same words (an overloaded function,
 * for example), so each entry is a set of definitions.
 */
export async function readCatalog(executor: Pick<Executor, 'run'>, names: Names): Promise<Catalog> {
  const catalog = new Map<string, Set<string>>()
  for (const found of await executor.run(compile(catalogQuery(names)), null)) {
    const row = objectRow.of(found)
    const object = text(row.object)
    catalog.set(object, (catalog.get(object) ?? new Set()).add(text(row.definition)))
  }
  return catalog
}

const objectRow = columns({ object: text, definition: text })

/** What an object is called that is a unique index on a partition or an heir of a table, and is no index's share. */
export const partIndex = 'index of a part '

/** The key of an index and its condition, as the server prints them. `index` is a row of `pg_index`. */
export const indexKey = raw(`' ('
    || (select string_agg(replace(regexp_replace(pg_catalog.pg_get_indexdef(index.indexrelid, place, false), '[[:space:]]+', ' ', 'g'), '( ', '(')
          || case when index.indoption[place - 1] & 1 = 1 then ' desc' else '' end, ', ' order by place)
        from generate_series(1, index.indnkeyatts) place)
    || ')' || coalesce(' where ' || pg_catalog.pg_get_expr(index.indpred, index.indrelid), '')`)

// Nothing here depends on the name of the schema or the prefix, so that one list of expected objects fits every store.
function catalogQuery({ schema, prefix }: Names): Fragment {
  const bare = (column: string) => sql`substr(${raw(column)}::text, char_length(${prefix}::text) + 1)`
  const named = (names: readonly string[]) =>
    join(
      names.map((name) => sql`${prefix + name}`),
      ', ',
    )
  return sql`with recursive ours as (
  select relation.oid, ${bare('relation.relname')} as name,
    case when relation.relkind <> 'v' then 'table' else 'view' end as kind,
    case when relation.relkind = 'v' and not coalesce(relation.reloptions, '{}') && '{security_invoker=true,security_barrier=true}'
      then 'without its security' else '' end as definition
  from pg_catalog.pg_class relation join pg_catalog.pg_namespace namespace on namespace.oid = relation.relnamespace
  where namespace.nspname = ${schema} and (relation.relkind in ('r', 'p') and relation.relname in (${named(tableNames)})
    or relation.relkind = 'v' and relation.relname in (${named(viewNames)}))
), parts as (
  select ours.oid as root, ours.oid, ours.name from ours where ours.kind = 'table'
  union
  select parts.root, heir.inhrelid, parts.name from parts join pg_catalog.pg_inherits heir on heir.inhparent = parts.oid
)
select ours.kind || ' ' || ours.name as object, ours.definition from ours
union all
select 'column ' || ours.name || '.' || attribute.attname,
  pg_catalog.format_type(attribute.atttypid, attribute.atttypmod)
    || coalesce(' collate ' || nullif(sorting.collname, 'default'), '')
    || case when attribute.attnotnull then ' not null' else '' end
    || coalesce(' default ' || pg_catalog.pg_get_expr(preset.adbin, preset.adrelid), '')
from ours
join pg_catalog.pg_attribute attribute on attribute.attrelid = ours.oid and attribute.attnum > 0 and not attribute.attisdropped
left join pg_catalog.pg_collation sorting on sorting.oid = attribute.attcollation
left join pg_catalog.pg_attrdef preset on preset.adrelid = ours.oid and preset.adnum = attribute.attnum
union all
select 'index ' || case when starts_with(relation.relname, ${prefix}::text) then ${bare('relation.relname')} else relation.relname end,
  case when index.indisunique then 'unique ' else '' end || 'on ' || ours.name || ${indexKey}
    || case when index.indisvalid then '' else ' invalid' end
from ours
join pg_catalog.pg_index index on index.indrelid = ours.oid
join pg_catalog.pg_class relation on relation.oid = index.indexrelid
union all
select ${partIndex}::text || json_build_array(relation.relname::text, case when namespace.nspname = ${schema} then '' else namespace.nspname || '.' end
    || part.relname)::text, 'unique on ' || parts.name || ${indexKey}
from parts
join pg_catalog.pg_index index on index.indrelid = parts.oid and index.indisunique
join pg_catalog.pg_class relation on relation.oid = index.indexrelid
join pg_catalog.pg_class part on part.oid = parts.oid
join pg_catalog.pg_namespace namespace on namespace.oid = part.relnamespace
where parts.oid <> parts.root and not exists (select from pg_catalog.pg_inherits share where share.inhrelid = index.indexrelid)
union all
select 'check on ' || ours.name || ': ' || pg_catalog.pg_get_constraintdef(rule.oid), case when rule.convalidated then '' else 'not valid' end
from ours join pg_catalog.pg_constraint rule on rule.conrelid = ours.oid and rule.contype = 'c'
union all
select 'function ' || ${bare('routine.proname')},
  encode(sha256(convert_to(routine.prosrc, 'UTF8')), 'hex') || case when routine.prosecdef then ' security definer' else '' end
    || case when routine.proconfig @> array['search_path=pg_catalog, pg_temp'] then '' else ' without its search_path' end
    || case when has_function_privilege('public', routine.oid, 'execute') then ' open to public' else '' end
from pg_catalog.pg_proc routine join pg_catalog.pg_namespace namespace on namespace.oid = routine.pronamespace
where namespace.nspname = ${schema} and routine.prokind = 'f' and starts_with(routine.proname, ${prefix}::text)`
}
