import { migrationId } from '../../migrator/kernel/migration.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import type { KeptData } from '../../model/kept-data.js'
import { type CountedData, countData } from './count-data.js'
import { qualified } from './indexes/index-sql.js'
import { readJson } from './indexes/read-json.js'
import type { RunLock } from './run-lock.js'
import type { StepRun } from './step-run.js'

/** A relation that `work` has locked so that nobody else reads it, and what of it is missing since. */
interface Touched {
  readonly oid: string
  readonly gone: boolean
  /** The numbers of the columns that are dropped, those of long ago too. */
  readonly dropped: readonly number[]
}

/** Ends an attempt of which nothing is kept. It never leaves this file. */
class TakenBack extends Error {
  readonly touched: readonly Touched[]

  constructor(touched: readonly Touched[]) {
    super()
    this.touched = touched
  }
}

/**
 * Runs `work`, and keeps what it did only if no data is lost by it. The server tells what was dropped, in whichever
 * way: by a statement, by code, or together with something else. The first attempt is taken back. What it dropped is
 * then looked at under a lock that lasts until `work` has run again, so that no row comes in between. Throws DATA_KEPT.
 */
export function withoutLoss<T>(run: StepRun, work: () => Promise<T>): Promise<T> {
  // One transaction around the attempts, because the locks have to outlive what is taken back.
  return run.lock.atomically(async () => {
    const isAllowed = new Set<string>()
    for (;;) {
      const ended = await attempt(run.lock, work, isAllowed)
      if (!(ended instanceof TakenBack)) return ended.result
      await requireEmpty(run, ended.touched)
      for (const key of ended.touched.flatMap(keysOf)) isAllowed.add(key)
    }
  })
}

/**
 * Throws DATA_KEPT if `work` would lose data, and keeps nothing of it. Where `work` can't be tried out as a whole, this
 * says nothing.
 */
export async function requireNoLoss(run: StepRun, work: () => Promise<void>): Promise<void> {
  try {
    await run.lock.atomically(async () => {
      const ended = await attempt(run.lock, work, null)
      if (ended instanceof TakenBack) await requireEmpty(run, ended.touched)
    })
  } catch (error) {
    if (isConversationStoreError(error)) throw error
  }
}

/** Runs `work` and takes it back if it dropped anything that is not allowed. Nothing allowed means always. */
async function attempt<T>(
  { connection, atomically }: RunLock,
  work: () => Promise<T>,
  isAllowed: ReadonlySet<string> | null,
): Promise<{ readonly result: T } | TakenBack> {
  try {
    return await atomically(async () => {
      const result = await work()
      const touched = await readJson<Touched>(connection, touchedQuery)
      if (isAllowed === null || touched.flatMap(keysOf).some((key) => !isAllowed.has(key))) throw new TakenBack(touched)
      return { result }
    })
  } catch (error) {
    if (error instanceof TakenBack) return error
    throw error
  }
}

function keysOf({ oid, gone, dropped }: Touched): readonly string[] {
  return gone ? [oid] : dropped.map((column) => `${oid} ${column}`)
}

// Whoever drops a table or a column has locked the table from all others, until the transaction ends.
const touchedQuery = `select json_build_object('oid', l.relation::text, 'gone', c.oid is null,
  'dropped', (select coalesce(json_agg(a.attnum), '[]') from pg_catalog.pg_attribute a where a.attrelid = l.relation and a.attisdropped))::text as found
from pg_catalog.pg_locks l left join pg_catalog.pg_class c on c.oid = l.relation
where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.pid = pg_catalog.pg_backend_pid()
  and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())`

// The tables that `work` dropped and, with a column, those that lost it. A partition is part of the table that is
// dropped with it.
const lostQuery = `with touched as (select t.oid, t.gone, t.dropped from json_to_recordset($1::text::json) t (oid oid, gone bool, dropped json))
select json_build_object('schema', n.nspname, 'table', c.relname, 'column', a.attname,
  'usual', (select pg_catalog.pg_get_expr(d.adbin, d.adrelid) from pg_catalog.pg_attrdef d where d.adrelid = a.attrelid and d.adnum = a.attnum))::text as found
from touched t join pg_catalog.pg_class c on c.oid = t.oid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_attribute a on not t.gone and a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  and a.attnum in (select value::int from pg_catalog.json_array_elements_text(t.dropped))
where c.relkind in ('r', 'p') and c.relpersistence <> 't' and (t.gone or a.attnum is not null)
  and not exists (select from pg_catalog.pg_inherits i join touched parent on parent.oid = i.inhparent and parent.gone = t.gone where i.inhrelid = c.oid)
order by n.nspname, c.relname, a.attnum`

/** Locks what would be lost and throws DATA_KEPT if any of it holds data. */
async function requireEmpty({ lock: { connection }, migration, settings }: StepRun, touched: readonly Touched[]): Promise<void> {
  const database = settings.names.schema
  const lost = await readJson<CountedData>(connection, lostQuery, [JSON.stringify(touched)])
  const tables = [...new Set(lost.map(({ schema, table }) => qualified(schema, table)))]
  if (tables.length === 0) return
  // A policy would hide rows from this role, and the table would seem to be empty.
  await connection.script(`lock table ${tables.join(', ')} in access exclusive mode; set local row_security to off`)
  const kept: KeptData[] = []
  for (const each of lost) {
    const rows = await countData(connection, each)
    const what = each.column === null ? `table ${each.table}` : `column ${each.table}.${each.column}`
    if (rows > 0) kept.push({ what: each.schema === database ? what : `${what} of the schema ${each.schema}`, rows })
  }
  await connection.script('set local row_security to on')
  if (kept.length > 0) throw new ConversationStoreError('DATA_KEPT', { database, migration: migrationId(migration), kept })
}
