import { ConversationStoreError } from '../../model/errors.js'
import type { RunConnection } from '../../postgres/migrator/connection.js'
import type { BuildOptions } from '../../postgres/migrator/indexes/build-index.js'
import { conflict, findIndex } from '../../postgres/migrator/indexes/built-index.js'
import { indexDifferences } from '../../postgres/migrator/indexes/index-differences.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { type SchemaChange, withConcurrentTimeouts, withLockTimeout } from '../../postgres/migrator/indexes/lock-timeout.js'
import type { PostgresIndex } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { sqlState } from '../../postgres/translate-error.js'
import { silentLogger } from '../adoption-logger.js'
import type { AdoptionOptions } from '../options.js'
import type { Conversations } from '../tables.js'
import { oneOf } from './sessions.js'

type Table = Pick<Conversations, 'schema' | 'name'>
type Told = Pick<AdoptionOptions, 'signal' | 'logger'>

const never = new AbortController().signal

/** How an index of a host is built: beside its writers. */
export function buildOptions({ signal = never, logger = silentLogger }: Told): BuildOptions {
  return { signal, logger, concurrently: true }
}

/**
 * Runs the statements in one transaction, which soon gives up its place in the queue of the table's lock, or after
 * `lockTimeoutMs`.
 */
export async function changeTable(
  session: RunConnection,
  table: Table,
  options: Told,
  object: string,
  statements: readonly string[],
  lockTimeoutMs?: number,
): Promise<void> {
  const patience = lockTimeoutMs === undefined ? {} : { lockTimeoutMs }
  await withLockTimeout(session, { ...changeOf(table, options, object), ...patience }, async () => {
    await session.begin()
    try {
      for (const statement of statements) await session.script(statement)
      await session.commit()
    } catch (error) {
      await session.rollback().catch(() => undefined)
      throw error
    }
  })
}

/**
 * Drops an index, with the constraint that it is of, if it is of one. Throws UNSUPPORTED if a foreign key needs it:
 * what is to become of that one is for somebody to decide.
 */
export async function dropIndexNamed(session: RunConnection, table: Table, options: Told, name: string): Promise<void> {
  const constraint = await oneOf<string | null>(
    session,
    `select (select to_json(conname) from pg_catalog.pg_constraint where conindid = pg_catalog.to_regclass($1::text) and contype <> 'f')::text`,
    [qualified(table.schema, name)],
  )
  try {
    if (constraint === null) {
      const statement = `drop index concurrently if exists ${qualified(table.schema, name)}`
      return await withConcurrentTimeouts(session, changeOf(table, options, `index ${name}`), async () => {
        await session.query(statement)
      })
    }
    const statement = `alter table ${qualified(table.schema, table.name)} drop constraint if exists ${quote(constraint)}`
    await changeTable(session, table, options, `the constraint ${constraint}`, [statement])
  } catch (error) {
    if (sqlState(error) !== '2BP01') throw error
    const needs = `that nothing in the database needs it. Drop this first, and make it again at the end: ${Reflect.get(Object(error), 'detail')}`
    throw new ConversationStoreError('UNSUPPORTED', { operation: `to drop the index ${name}`, needs }, { cause: error })
  }
}

/**
 * Drops an index of a helper's, if what has its name is what the helper builds. Another index of that name is somebody
 * else's, and stays.
 */
export async function dropOurs(session: RunConnection, table: Table, options: Told, index: PostgresIndex): Promise<void> {
  const differences = await differencesOf(session, table, index)
  if (differences?.length === 0) await dropIndexNamed(session, table, options, index.name)
}

/** Throws INDEX_CONFLICT if one of the names is that of another index than the helper builds. It changes nothing. */
export async function requireOurs(session: RunConnection, table: Table, indexes: readonly PostgresIndex[]): Promise<void> {
  for (const index of indexes) {
    const differences = (await differencesOf(session, table, index)) ?? []
    if (differences.length > 0) throw conflict(table.schema, index, index.name, differences)
  }
}

/** How an index differs from what has its name. Null if nothing has. */
async function differencesOf(session: RunConnection, { schema }: Table, index: PostgresIndex): Promise<readonly string[] | null> {
  const live = await findIndex(session, schema, index)
  return live === null ? null : indexDifferences(session, schema, index, live)
}

function changeOf(table: Table, { signal = never, logger = silentLogger }: Told, object: string): SchemaChange {
  return { schema: table.schema, table: table.name, object, signal, logger }
}
