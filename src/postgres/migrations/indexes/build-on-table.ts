import { sqlState } from '../../translate-error.js'
import type { MigrationSession, PostgresIndex } from '../postgres-migration.js'
import type { BuildOptions } from './build-options.js'
import { conflict, dropUnfinished, findIndex, isBuilt } from './built-index.js'
import { createIndexSql } from './index-sql.js'
import { withConcurrentTimeouts, withLockTimeout } from './lock-timeout.js'
import { inSavepoint } from './savepoint.js'

/** On a table, or one partition; where it need not be concurrent also on a partitioned one. */
export async function buildOnTable(session: MigrationSession, schema: string, index: PostgresIndex, options: BuildOptions): Promise<void> {
  const { concurrently, lockTimeoutMs, signal, logger } = options
  const patience = lockTimeoutMs === undefined ? {} : { lockTimeoutMs }
  const change = { schema, table: index.table, object: `index ${index.name}`, signal, logger, ...patience }
  const attempt = async () => {
    if (await isBuilt(session, schema, index, options)) return
    await dropUnfinished(session, schema, index, options)
    try {
      await create(session, schema, index, concurrently)
    } catch (error) {
      // On a connection that is gone nothing can be dropped: the next call finds the leftover.
      await dropUnfinished(session, schema, index, options).catch(() => {})
      throw error
    }
    if (await isBuilt(session, schema, index, options)) return
    throw conflict(schema, index, index.name, ['it is not valid after its build'])
  }
  await (concurrently ? withConcurrentTimeouts(session, change, attempt) : withLockTimeout(session, change, attempt))
}

async function create(session: MigrationSession, schema: string, index: PostgresIndex, concurrently: boolean): Promise<void> {
  const send = () => session.query(createIndexSql(schema, index, { concurrently }))
  try {
    await (concurrently ? send() : inSavepoint(session, send))
  } catch (error) {
    if (sqlState(error) !== '42P07') throw error
    // Another session may have begun the same since we looked: then it is waited for.
    if ((await findIndex(session, schema, index)) === null) throw conflict(schema, index, index.name, ['it is not an index'], error)
  }
}
