import { findDuplicates } from '../../postgres/migrator/indexes/find-duplicates.js'
import { indexDifferences } from '../../postgres/migrator/indexes/index-differences.js'
import { readLiveIndexes } from '../../postgres/migrator/indexes/live-indexes.js'
import type { MigrationSession, PostgresIndex } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { fittedName } from '../fitted-name.js'
import type { Doubles, SwapOptions, SwapState } from '../swap-types.js'
import { type Conversations, conversationsOf } from '../tables.js'
import { type UniqueKey, uniqueKeyOf } from '../unique-key.js'
import { activeSql, keySql } from './conditions.js'
import { oneOf } from './sessions.js'

/** The indexes of a swap, declared. */
export interface SwapIndexes {
  readonly table: Conversations
  readonly key: UniqueKey
  readonly wanted: PostgresIndex
  /** Unique over all rows but the doubles that were marked. It stands until those are merged. */
  readonly guard: PostgresIndex
  /** The marked doubles, by their key. */
  readonly marked: PostgresIndex
  readonly old: PostgresIndex
  /** What no two rows may be, by the host's own columns: the wanted index, unless that goes by a column of ours. */
  readonly doubles: PostgresIndex
  /** The column that marks the doubles of before. It is dropped when they are merged. */
  readonly markColumn: string
  /** The trigger that refuses further doubles. */
  readonly guardName: string
}

/** `suffix` tells the stand-ins of one key from those of another on the same table. */
export function swapIndexes(
  db: SwapOptions['db'],
  options: Pick<SwapOptions, 'conversations' | 'over' | 'oldIndex' | 'newIndex'>,
  suffix = '',
): SwapIndexes {
  const table = conversationsOf(db, options.conversations)
  const key = uniqueKeyOf(table, options)
  const columns = keySql(table).join(', ')
  const active = key.over === 'active' ? activeSql(table) : null
  const both = (...conditions: (string | null)[]) => conditions.filter((each) => each !== null).join(' and ')
  const index = (name: string, more: Partial<PostgresIndex>): PostgresIndex => ({ table: table.name, name, columns, unique: true, ...more })
  const where = (condition: string) => (condition === '' ? {} : { where: condition })
  const wanted = index(key.name, where(both(active)))
  const markColumn = `conversation_store_double${suffix}`
  return {
    table,
    key,
    wanted,
    doubles: wanted,
    markColumn,
    guardName: `conversation_store_guard${suffix}`,
    guard: index(fittedName(key.name, 'guard'), where(both(active, `${quote(markColumn)} is not true`))),
    marked: index(fittedName(key.name, 'marked'), { unique: false, where: quote(markColumn) }),
    old: index(options.oldIndex ?? `${table.oaId}_1_${table.customerId}_1`, {
      columns: [table.oaId, table.customerId].map(quote).join(', '),
    }),
  }
}

/** A unique index of the host's. */
interface OldIndex {
  readonly name: string
  /** Whether it is over all rows, and over the inbox and the customer alone, so that there are no doubles. */
  readonly isWhole: boolean
}

interface Found {
  readonly old: readonly OldIndex[]
  /** Whether the index itself stands, and not another one under its name. */
  readonly wanted: boolean
  readonly guard: boolean
}

/**
 * Reads the unique indexes over the inbox and the customer alone, in either order, whether they are constraints or not,
 * the one that the host named, and which of ours stand.
 */
export async function readFound(session: MigrationSession, { table, wanted, guard, old }: SwapIndexes, oldIndex?: string): Promise<Found> {
  const { old: found } = await oneOf<Pick<Found, 'old'>>(
    session,
    `with indexes as (select c.relname as name, i.indpred is null and i.indnkeyatts = 2 as whole, i.indisunique and i.indisvalid and i.indisready as stands,
    (select array_agg(a.attname::text order by a.attname) from unnest(i.indkey::int2[]) with ordinality k(attnum, place)
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum where k.place <= i.indnkeyatts) as columns
  from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_class t on t.oid = i.indrelid
  join pg_catalog.pg_namespace n on n.oid = t.relnamespace
  where n.nspname = $1::text and t.relname = $2::text and not i.indisprimary),
old as (select i.name, i.whole and i.columns = (select array_agg(x order by x) from json_array_elements_text($4::json) x) as whole
  from indexes i where i.stands)
select json_build_object('old', (select coalesce(json_agg(json_build_object('name', name, 'isWhole', whole) order by name), '[]')
    from old where whole or name = $3::text))::text`,
    [table.schema, table.name, oldIndex ?? old.name, JSON.stringify([table.oaId, table.customerId])],
  )
  const live = await readLiveIndexes(session, table.schema, { tables: [], names: [wanted.name, guard.name] })
  const stands = async (index: PostgresIndex) => {
    const named = live.find(({ name }) => name === index.name)
    return named?.valid === true && (await indexDifferences(session, table.schema, index, named)).length === 0
  }
  return { old: found, wanted: await stands(wanted), guard: await stands(guard) }
}

export async function readState(session: MigrationSession, indexes: SwapIndexes, oldIndex?: string): Promise<SwapState> {
  const { old, wanted, guard } = await readFound(session, indexes, oldIndex)
  const { key } = indexes
  return {
    ...key,
    old: old.map(({ name }) => name),
    state: wanted ? 'unique' : guard ? 'guarded' : 'absent',
    doubles: wanted ? null : await readDoubles(session, indexes),
  }
}

/** The groups of conversations that are doubles by the host's own columns. Null if there are none. */
export async function readDoubles(session: MigrationSession, { table, doubles }: SwapIndexes): Promise<Doubles | null> {
  const found = await findDuplicates(session, table.schema, doubles, { timeoutMs: 0 })
  return found === null || found.totalGroups === 0 ? null : found
}
