import { unwatched } from '../../../migrator/kernel/index-build.js'
import { sqlState } from '../../translate-error.js'
import type { MigrationSession, PostgresIndex } from '../migration.js'
import type { BuildOptions } from './build-options.js'
import { conflict, dropUnfinished, findIndex, isBuilt } from './built-index.js'
import { createIndexSql } from './index-sql.js'
import { withConcurrentTimeouts, withLockTimeout } from './lock-timeout.js'
import { inSavepoint } from './savepoint.js'

type Way = 'concurrently' | 'at once' | 'in a transaction'

/** Builds the index on a table or on one partition. `at once` also works on a partitioned table. */
export async function buildOnTable(
  session: MigrationSession,
  schema: string,
  index: PostgresIndex,
  options: BuildOptions,
  way: Way = options.concurrently ? 'concurrently' : 'in a transaction',
): Promise<void> {
  const { lockTimeoutMs, signal, logger, watch = unwatched } = options
  const change = { schema, table: index.table, object: `index ${index.name}`, signal, logger }
  const attempt = async () => {
    if (await isBuilt(session, schema, index, options)) return
    await dropUnfinished(session, schema, index, options)
    try {
      await watch(index.name, () => create(session, schema, index, way))
    } catch (error) {
      // If the connection is lost, nothing can be dropped here. The next call finds the leftover.
      await dropUnfinished(session, schema, index, options).catch(() => {})
      throw error
    }
    // The server made it of this very declaration, so there is nothing to compare.
    if ((await findIndex(session, schema, index))?.valid) return
    throw conflict(schema, index, index.name, ['it is not valid after its build'])
  }
  const patience = lockTimeoutMs === undefined ? {} : { lockTimeoutMs }
  if (way === 'concurrently') return withConcurrentTimeouts(session, { ...change, ...patience }, attempt)
  // Building at once is only the quicker way here, so it is tried once. The concurrent build that follows has the
  // patience.
  return withLockTimeout(session, { ...change, ...(way === 'at once' ? { attempts: 1 } : patience) }, attempt)
}

async function create(session: MigrationSession, schema: string, index: PostgresIndex, way: Way): Promise<void> {
  const send = () => session.query(createIndexSql(schema, index, { concurrently: way === 'concurrently' }))
  try {
    await (way === 'in a transaction' ? inSavepoint(session, send) : send())
  } catch (error) {
    if (sqlState(error) !== '42P07') throw error
    // Another session may have begun to build the same index since it was looked for. The caller then waits for it.
    if ((await findIndex(session, schema, index)) === null) throw conflict(schema, index, index.name, ['it is not an index'], error)
  }
}
