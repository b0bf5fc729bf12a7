import { ConversationStoreError } from '../../model/errors.js'
import { columns } from '../columns.js'
import { quote } from '../names.js'
import { flag, integer, json } from '../readers.js'
import { qualified } from './indexes/index-sql.js'
import type { KeysetPass, MigrationSession } from './migration.js'

type Row = Readonly<Record<string, unknown>>

/** The values of a key as text, so that they return unchanged whatever the driver makes of their types. */
type Key = readonly string[]

/** How far a pass has come. */
export interface Place {
  /** The last key that was gone over. Null if there is none yet. */
  readonly after: Key | null
  /** The greatest key at the beginning. Null if there were no rows. */
  readonly upTo: Key | null
}

/** The reads of a pass over a table. Each throws VALIDATION_FAILED for a key whose text does not lead back to it. */
export interface Keyset {
  /** The rows that come after a place, a page of them, each with its key. */
  page(session: MigrationSession, place: Place): Promise<readonly { readonly key: Key; readonly row: Row }[]>
  /** The greatest key, or null if there are no rows. */
  greatest(session: MigrationSession): Promise<Key | null>
  /** How many rows the pass is about. */
  count(session: MigrationSession): Promise<number>
  /**
   * How many rows a page would not come to, because the order of the rows and the comparison with a key contradict each
   * other. It looks at all rows in one statement.
   */
  unreachable(session: MigrationSession): Promise<number>
}

const keyColumn = 'conversation_store_key'
const soundColumn = 'conversation_store_sound'
const keyedRow = columns({ [keyColumn]: json<Key>, [soundColumn]: flag })
const countRow = columns({ number: integer })
const describedRow = columns({
  columns: json<readonly KeyColumn[] | null>,
  unique: flag,
})

interface KeyColumn {
  readonly name: string
  /** The type with its modifier: without it, `char(36)` would be cut to one letter. */
  readonly type: string
  readonly required: boolean
  /** The schemas of the type, of what it is based on and of its elements, quoted. */
  readonly schemas: readonly string[]
}

/**
 * Makes the reads of a pass. Throws VALIDATION_FAILED for a size below 1, and for a key that would leave out rows
 * because it is not unique or may be null.
 */
export async function keysetOf(
  session: MigrationSession,
  schema: string,
  { table, key, where, size }: KeysetPass,
  batchSize: number,
): Promise<Keyset> {
  const names = typeof key === 'string' ? [key] : key
  const described = await describeKey(session, schema, table, names)
  const limit = size ?? batchSize
  if (!Number.isInteger(limit) || limit < 1) throw invalid('size', 'must be a whole number from 1')
  const types = described.map(({ type }) => type)
  const keys = names.map((name) => `t.${quote(name)}`)
  const sound = keys.map((each, at) => `${each} = ${each}::text::${types[at]}`).join(' and ')
  const source = `from ${qualified(schema, table)} t`
  const rows = `select t.*, pg_catalog.array_to_json(array[${keys.map((each) => `${each}::text`).join(', ')}])::text as ${keyColumn},
  (${sound})::text as ${soundColumn} ${source}`
  const bound = (offset: number) => `(${types.map((type, at) => `$${offset + at + 1}::text::${type}`).join(', ')})`
  const order = (direction: string) => keys.map((each) => `${each}${direction}`).join(', ')
  const condition = where === undefined ? [] : [`(${where})`]
  const onlyThose = condition.length > 0 ? ` where ${condition.join('')}` : ''
  const before = keys.map((each, at) => `(pg_catalog.lag(${each}::text) over found)::${types[at]}`).join(', ')
  const read = inKnownForm(schema, [...new Set(described.flatMap(({ schemas }) => schemas))])

  const readRows = async (on: MigrationSession, select: string, values: Key) => {
    const found = await read(on, select, values)
    return found.map((each) => {
      const row = keyedRow.of(each)
      if (!flag(row[soundColumn])) throw invalid('key', `of ${table} has a value whose text does not lead back to it`)
      const { [keyColumn]: _key, [soundColumn]: _sound, ...rest } = each
      return { key: json(row[keyColumn]), row: rest }
    })
  }
  const readCount = async (on: MigrationSession, select: string) => integer(countRow.of((await read(on, select, []))[0] ?? {}).number)
  return {
    async page(on, { after, upTo }) {
      if (upTo === null) return []
      const conditions = [
        `(${keys.join(', ')}) <= ${bound(0)}`,
        ...(after === null ? [] : [`(${keys.join(', ')}) > ${bound(names.length)}`]),
        ...condition,
      ]
      return readRows(on, `${rows} where ${conditions.join(' and ')} order by ${order('')} limit ${limit}`, [...upTo, ...(after ?? [])])
    },
    greatest: async (on) => (await readRows(on, `${rows}${onlyThose} order by ${order(' desc')} limit 1`, []))[0]?.key ?? null,
    count: (on) => readCount(on, `select count(*)::text as number ${source}${onlyThose}`),
    unreachable: (on) =>
      readCount(
        on,
        `select count(*)::text as number from (select (${keys.join(', ')}) > (${before}) as follows ${source}${onlyThose}
  window found as (order by ${order('')})) pairs where not pairs.follows`,
      ),
  }
}

/**
 * Reads with settings under which a time or a float comes back as the same value. A type of an extension is compared by
 * operators that are looked up on the path, so the schemas of the key's types are on it meanwhile.
 */
function inKnownForm(
  schema: string,
  schemas: readonly string[],
): (session: MigrationSession, select: string, values: Key) => Promise<readonly Row[]> {
  const own = quote(schema)
  const others = schemas.filter((each) => each !== own && each !== 'pg_catalog')
  const path = (entries: readonly string[]) => `pg_catalog.set_config('search_path', '${entries.join(', ').replaceAll("'", "''")}', true)`
  const settings = `pg_catalog.set_config('datestyle', 'ISO', true), pg_catalog.set_config('extra_float_digits', '3', true),
  pg_catalog.set_config('intervalstyle', 'postgres', true)`
  return async (session, select, values) => {
    await session.query(`select ${settings}${others.length === 0 ? '' : `, ${path([own, ...others])}`}`)
    const rows = await session.query(select, values)
    if (others.length > 0) await session.query(`select ${path([own])}`)
    return rows
  }
}

async function describeKey(
  session: MigrationSession,
  schema: string,
  table: string,
  names: readonly string[],
): Promise<readonly KeyColumn[]> {
  const [row = {}] = await session.query(
    `select pg_catalog.json_agg(json_build_object('name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'required', a.attnotnull,
  'schemas', (select pg_catalog.json_agg(distinct pg_catalog.quote_ident(s.nspname)) from pg_catalog.pg_type k
    join pg_catalog.pg_type y on y.oid in (k.oid, k.typbasetype, k.typelem) join pg_catalog.pg_namespace s on s.oid = y.typnamespace where k.oid = a.atttypid)))::text as columns,
  coalesce(bool_or(exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
    and not exists (select from unnest(i.indkey::int2[]) with ordinality k (attnum, at) join pg_catalog.pg_attribute b on b.attrelid = c.oid and b.attnum = k.attnum
      where k.at <= i.indnkeyatts and b.attname <> all ($3::text[])))), false)::text as unique
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_attribute a on a.attrelid = c.oid
where n.nspname = $1::text and c.relname = $2::text and a.attnum > 0 and not a.attisdropped and a.attname = any ($3::text[])`,
    [schema, table, `{${names.map((name) => `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`],
  )
  const described = describedRow.of(row)
  const found = json(described.columns) ?? []
  const inOrder = names.flatMap((name) => found.filter((each) => each.name === name && each.required))
  if (!flag(described.unique) || inOrder.length < names.length)
    throw invalid('key', `must be columns of ${table}, not null and unique together`)
  return inOrder
}

function invalid(path: string, message: string): ConversationStoreError<'VALIDATION_FAILED'> {
  return new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: `batch.${path}`, message }] })
}
