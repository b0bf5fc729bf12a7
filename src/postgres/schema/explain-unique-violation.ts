import { ConversationStoreError } from '../../model/errors.js'
import { columns } from '../columns.js'
import { driverCause } from '../driver-cause.js'
import type { Executor } from '../executor.js'
import { type Names, tableNames } from '../names.js'
import { json, text } from '../readers.js'
import { compile, type Fragment, join, sql } from '../sql.js'
import { indexKey } from './catalog.js'
import { foreignIndexOf, isOwn, type RefusingIndex, violatedIndex } from './foreign-indexes.js'

/** FOREIGN_UNIQUE_INDEX if an index on one of the store's tables refused the write, and the store did not make it. */
export function refusedByForeignIndex(error: unknown, names: Names): ConversationStoreError<'FOREIGN_UNIQUE_INDEX'> | null {
  return refused(foreignIndexOf(error, names), error)
}

/**
 * The same also for an index on a partition or an heir of one of the tables, which the catalog tells. Null if the
 * server can't be asked, because the violation is then taken for a race, as most are.
 */
export async function explainUniqueViolation(
  executor: Pick<Executor, 'run'>,
  names: Names,
  error: unknown,
  deadline: number | undefined,
): Promise<ConversationStoreError<'FOREIGN_UNIQUE_INDEX'> | null> {
  const run: Executor['run'] = (statement) => executor.run(statement, null, deadline)
  return refusedByForeignIndex(error, names) ?? refused(await foreignIndexOfPart({ run }, names, error).catch(() => null), error)
}

function refused(index: RefusingIndex | null, error: unknown): ConversationStoreError<'FOREIGN_UNIQUE_INDEX'> | null {
  return index && new ConversationStoreError('FOREIGN_UNIQUE_INDEX', index, { cause: driverCause(error) })
}

const topRow = columns({ index: text, table: text, alike: json<readonly string[]> })

/**
 * A violation names the index of the partition that holds the row, to which the server may have given the name. Only
 * the catalog says whether it is the share of an index further up. That index is then returned, and else the violated
 * one.
 */
async function foreignIndexOfPart(executor: Pick<Executor, 'run'>, names: Names, error: unknown): Promise<RefusingIndex | null> {
  const violated = violatedIndex(error)
  if (violated === null) return null
  const { prefix, schema, tables } = names
  const isRoot =
    violated.schema === schema && violated.table.startsWith(prefix) && Object.hasOwn(tables, violated.table.slice(prefix.length))
  if (isRoot) return null
  const [found] = await executor.run(compile(topQuery(names, violated.schema, violated.index)), null)
  if (found === undefined) return null
  const top = topRow.of(found)
  const index = text(top.index)
  const isRace = [index, ...json(top.alike)].some((name) => isOwn(name, prefix))
  return isRace ? null : { table: text(top.table), index }
}

/**
 * The index of which the named one is a share, or itself, if its table is one of the store's or descends from one.
 * `alike` are the unique indexes of the store's table that have its key.
 */
function topQuery({ schema, prefix }: Names, ofSchema: string, name: string): Fragment {
  const ours = join(
    tableNames.map((table) => sql`${prefix + table}`),
    ', ',
  )
  return sql`with recursive above as (
  select relation.oid, 1 as height from pg_catalog.pg_class relation
  join pg_catalog.pg_namespace namespace on namespace.oid = relation.relnamespace
  where namespace.nspname = ${ofSchema} and relation.relname = ${name} and relation.relkind in ('i', 'I')
  union all
  select share.inhparent, above.height + 1 from above join pg_catalog.pg_inherits share on share.inhrelid = above.oid
), top as (
  select index.* from above join pg_catalog.pg_index index on index.indexrelid = above.oid order by above.height desc limit 1
), tables as (
  select top.indrelid as oid from top
  union
  select heir.inhparent from tables join pg_catalog.pg_inherits heir on heir.inhrelid = tables.oid
)
select relation.relname::text as index,
  case when namespace.nspname = ${schema} then '' else namespace.nspname || '.' end || part.relname as table,
  (select coalesce(json_agg(other.relname), '[]')
    from pg_catalog.pg_index index join pg_catalog.pg_class other on other.oid = index.indexrelid
    where index.indrelid = root.oid and index.indisunique and ${indexKey} = (select ${indexKey} from top index)) as alike
from top
join pg_catalog.pg_class relation on relation.oid = top.indexrelid
join pg_catalog.pg_class part on part.oid = top.indrelid
join pg_catalog.pg_namespace namespace on namespace.oid = part.relnamespace
join tables on true
join pg_catalog.pg_class root on root.oid = tables.oid and root.relname in (${ours})
join pg_catalog.pg_namespace home on home.oid = root.relnamespace and home.nspname = ${schema}
limit 1`
}
