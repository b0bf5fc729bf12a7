import { migrationId } from '../../migrator/kernel/migration.js'
import { requireNotAborted } from '../../model/abort.js'
import { columns } from '../columns.js'
import { json } from '../readers.js'
import { compile, raw, sql } from '../sql.js'
import { type Keyset, keysetOf, type Place } from './keyset.js'
import { saveCursor } from './ledger.js'
import type { KeysetPass, MigrationSession } from './migration.js'
import { withRetries } from './retries.js'
import type { StepRun } from './step-run.js'

type Rows = readonly Readonly<Record<string, unknown>>[]

/** A place with what it takes to tell that the pass went over everything. */
interface Cursor extends Place {
  readonly done: boolean
  /** How many rows there were at the beginning. Undefined in a cursor that an older version left. */
  readonly counted?: number
  readonly visited?: number
}

const cursorRow = columns({ cursor: json<Cursor | null> })

/**
 * Runs a pass over a table, page by page. If the migration is not one transaction, each page and the cursor behind it
 * commit together, so that a crash leaves both or neither. If it is one transaction, a crash leaves nothing, and no
 * cursor is kept. Throws an error if it went over fewer rows than it had counted, unless the others are gone.
 */
export async function runPass(
  run: StepRun & { readonly session: MigrationSession; readonly name: string },
  pass: KeysetPass,
  work: (rows: Rows, session: MigrationSession) => Promise<void>,
): Promise<void> {
  const { lock, settings, migration, context, session, name } = run
  const { tx } = migration.definition
  const keyset = await keysetOf(session, settings.names.schema, pass, context.batchSize)
  const keep = async (cursor: Cursor) => {
    if (!tx) await lock.connection.run(saveCursor(settings.names, migration, name, cursor))
    return cursor
  }
  const unit = <T>(work: () => Promise<T>) => (tx ? work() : lock.atomically(work))
  let cursor = tx ? null : await readCursor(run, name)
  cursor ??= await unit(async () =>
    keep({ after: null, upTo: await keyset.greatest(session), done: false, counted: await keyset.count(session), visited: 0 }),
  )
  const page = async (from: Cursor): Promise<Cursor> => {
    const rows = await keyset.page(session, from)
    const last = rows.at(-1)
    if (last === undefined) {
      await requireAll(keyset, session, pass.table, from)
      return keep({ ...from, done: true })
    }
    await work(
      rows.map(({ row }) => row),
      session,
    )
    const { visited } = from
    return keep({ ...from, after: last.key, ...(visited === undefined ? {} : { visited: visited + rows.length }) })
  }
  while (!cursor.done) {
    requireNotAborted(context.signal)
    const from: Cursor = cursor
    if (from.counted !== undefined && from.visited !== undefined) context.onRows?.({ done: from.visited, of: from.counted })
    cursor = await (tx
      ? page(from)
      : withRetries(
          context.signal,
          () => unit(() => page(from)),
          async () => {},
        ))
  }
}

/**
 * Throws if rows were left out. Fewer rows than at the beginning are no proof, because others may have deleted some
 * since. So it is asked then whether there are rows to which no page leads.
 */
async function requireAll(keyset: Keyset, session: MigrationSession, table: string, { counted, visited }: Cursor): Promise<void> {
  if (counted === undefined || visited === undefined || visited >= counted) return
  const left = await keyset.unreachable(session)
  if (left === 0) return
  throw new Error(
    `the pass over ${table} went over ${visited} of ${counted} rows: the order of its key contradicts the comparison of its values at ${left} of them`,
  )
}

async function readCursor({ lock, settings, migration }: StepRun, name: string): Promise<Cursor | null> {
  const ledger = raw(settings.names.tables.conversation_store_migrations)
  const [row = {}] = await lock.connection.run(
    compile(sql`select m.cursors -> ${name}::text as cursor from ${ledger} m where m.id = ${migrationId(migration)}`),
  )
  return json(cursorRow.of(row).cursor)
}
