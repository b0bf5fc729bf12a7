import type { RunConnection } from '../../postgres/migrator/connection.js'
import type { BuildOptions } from '../../postgres/migrator/indexes/build-index.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { type SchemaChange, withConcurrentTimeouts, withLockTimeout } from '../../postgres/migrator/indexes/lock-timeout.js'
import { silentLogger } from '../adoption-logger.js'
import type { AdoptionOptions } from '../options.js'
import type { Conversations } from '../tables.js'

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

export async function dropIndexNamed(session: RunConnection, table: Table, options: Told, name: string): Promise<void> {
  const statement = `drop index concurrently if exists ${qualified(table.schema, name)}`
  await withConcurrentTimeouts(session, changeOf(table, options, `index ${name}`), () => session.query(statement))
}

function changeOf(table: Table, { signal = never, logger = silentLogger }: Told, object: string): SchemaChange {
  return { schema: table.schema, table: table.name, object, signal, logger }
}
