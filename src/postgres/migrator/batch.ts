import { migrationId } from '../../migrator/kernel/migration.js'
import { requireNotAborted } from '../../model/abort.js'
import { ConversationStoreError } from '../../model/errors.js'
import { columns } from '../columns.js'
import { quote } from '../names.js'
import { flag, json } from '../readers.js'
import { compile, raw, sql } from '../sql.js'
import { qualified } from './indexes/index-sql.js'
import { saveCursor } from './ledger.js'
import type { KeysetPass, MigrationSession } from './migration.js'
import { withRetries } from './retries.js'
import type { StepRun } from './step-run.js'

type Rows = readonly Readonly<Record<string, unknown>>[]

/** How far a pass has come. Keys are text, so that they return unchanged whatever the driver makes of their types. */
interface Cursor {
  /** The last key that was gone over. Null if there is none yet. */
  readonly after: readonly string[] | null
  /**
   * The greatest key at the beginning, so that a pass ends however much is written in the meantime. Null if there were
   * no rows.
   */
  readonly upTo: readonly string[] | null
  readonly done: boolean
}

/** The queries of a pass. */
export interface KeysetQuery {
  /** The select of the page that comes after a cursor. */
  page(cursor: Pick<Cursor, 'after' | 'upTo'>): { readonly text: string; readonly values: readonly string[] }
  readonly greatest: string
  readonly keysOf: (row: Readonly<Record<string, unknown>>) => readonly string[]
  readonly withoutKeys: (row: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>
}

const keyColumn = 'conversation_store_key'
const pageRow = columns({ [keyColumn]: json<readonly string[]> })
const cursorRow = columns({ cursor: json<Cursor | null> })
const keyRow = columns({
  columns: json<readonly { readonly name: string; readonly type: string; readonly required: boolean }[] | null>,
  unique: flag,
})

/**
 * Runs a pass over a table, page by page. If the migration is not one transaction, each page and the cursor behind it
 * commit together, so that a crash leaves both or neither. If it is one transaction, a crash leaves nothing, and no
 * cursor is kept.
 */
export async function runPass(
  run: StepRun & { readonly session: MigrationSession; readonly name: string },
  pass: KeysetPass,
  work: (rows: Rows, session: MigrationSession) => Promise<void>,
): Promise<void> {
  const { lock, settings, migration, context, session, name } = run
  const { tx } = migration.definition
  const query = await keysetQuery(session, settings.names.schema, pass, context.batchSize)
  const keep = async (cursor: Cursor) => {
    if (!tx) await lock.connection.run(saveCursor(settings.names, migration, name, cursor))
    return cursor
  }
  let cursor = tx ? null : await readCursor(run, name)
  const first = async () => keep({ after: null, upTo: await greatestKey(session, query), done: false })
  cursor ??= tx ? await first() : await lock.atomically(first)
  const page = async (from: Cursor): Promise<Cursor> => {
    const { text: select, values } = query.page(from)
    const rows = from.upTo === null ? [] : await readRows(session, select, values)
    const last = rows.at(-1)
    if (last === undefined) return keep({ ...from, done: true })
    await work(rows.map(query.withoutKeys), session)
    return keep({ ...from, after: query.keysOf(last) })
  }
  while (!cursor.done) {
    requireNotAborted(context.signal)
    const from: Cursor = cursor
    cursor = tx
      ? await page(from)
      : await withRetries(
          context.signal,
          () => lock.atomically(() => page(from)),
          async () => {},
        )
  }
}

async function readCursor({ lock, settings, migration }: StepRun, name: string): Promise<Cursor | null> {
  const ledger = raw(settings.names.tables.conversation_store_migrations)
  const [row = {}] = await lock.connection.run(
    compile(sql`select m.cursors -> ${name}::text as cursor from ${ledger} m where m.id = ${migrationId(migration)}`),
  )
  return json(cursorRow.of(row).cursor)
}

async function greatestKey(session: MigrationSession, query: KeysetQuery): Promise<readonly string[] | null> {
  const [row] = await readRows(session, query.greatest, [])
  return row === undefined ? null : query.keysOf(row)
}

async function readRows(session: MigrationSession, select: string, values: readonly string[]): Promise<Rows> {
  // Without these settings, a time or a float could come back as another value.
  await session.query("select pg_catalog.set_config('datestyle', 'ISO', true), pg_catalog.set_config('extra_float_digits', '3', true)")
  return session.query(select, values)
}

/**
 * Makes the queries of a pass. Throws VALIDATION_FAILED for a size below 1, and for a key that would leave out rows
 * because it is not unique or may be null.
 */
export async function keysetQuery(
  session: MigrationSession,
  schema: string,
  { table, key, where, size }: KeysetPass,
  batchSize: number,
): Promise<KeysetQuery> {
  const columns = typeof key === 'string' ? [key] : key
  const types = await keyTypes(session, schema, table, columns)
  const limit = size ?? batchSize
  if (!Number.isInteger(limit) || limit < 1) throw invalid('size', 'must be a whole number from 1')
  const keys = columns.map((column) => `t.${quote(column)}`)
  const from = `select t.*, pg_catalog.array_to_json(array[${keys.map((each) => `${each}::text`).join(', ')}])::text as ${keyColumn} from ${qualified(schema, table)} t`
  const bound = (offset: number) => `(${types.map((type, at) => `$${offset + at + 1}::text::${type}`).join(', ')})`
  const order = (direction: string) => keys.map((each) => `${each}${direction}`).join(', ')
  const condition = where === undefined ? [] : [`(${where})`]
  return {
    page({ after, upTo }) {
      const values = [...(upTo ?? []), ...(after ?? [])]
      const conditions = [
        `(${keys.join(', ')}) <= ${bound(0)}`,
        ...(after === null ? [] : [`(${keys.join(', ')}) > ${bound(columns.length)}`]),
        ...condition,
      ]
      return { text: `${from} where ${conditions.join(' and ')} order by ${order('')} limit ${limit}`, values }
    },
    greatest: `${from}${condition.length > 0 ? ` where ${condition.join('')}` : ''} order by ${order(' desc')} limit 1`,
    keysOf: (row) => json(pageRow.of(row)[keyColumn]),
    withoutKeys: ({ [keyColumn]: _, ...row }) => row,
  }
}

async function keyTypes(session: MigrationSession, schema: string, table: string, columns: readonly string[]): Promise<readonly string[]> {
  const [row = {}] = await session.query(
    `select pg_catalog.json_agg(json_build_object('name', a.attname, 'type', pg_catalog.format_type(a.atttypid, null), 'required', a.attnotnull))::text as columns,
  coalesce(bool_or(exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
    and not exists (select from unnest(i.indkey::int2[]) with ordinality k (attnum, at) join pg_catalog.pg_attribute b on b.attrelid = c.oid and b.attnum = k.attnum
      where k.at <= i.indnkeyatts and b.attname <> all ($3::text[])))), false)::text as unique
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_attribute a on a.attrelid = c.oid
where n.nspname = $1::text and c.relname = $2::text and a.attnum > 0 and not a.attisdropped and a.attname = any ($3::text[])`,
    [schema, table, `{${columns.map((column) => `"${column.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`],
  )
  const described = keyRow.of(row)
  const found = json(described.columns) ?? []
  const types = columns.map((column) => found.find(({ name, required }) => name === column && required)?.type)
  if (!flag(described.unique) || types.includes(undefined))
    throw invalid('key', `must be columns of ${table}, not null and unique together`)
  return types.flatMap((type) => type ?? [])
}

function invalid(path: string, message: string): ConversationStoreError<'VALIDATION_FAILED'> {
  return new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: `batch.${path}`, message }] })
}
