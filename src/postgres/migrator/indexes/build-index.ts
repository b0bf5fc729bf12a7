import { ConversationStoreError, isConversationStoreError } from '../../../model/errors.js'
import { sqlState } from '../../translate-error.js'
import type { MigrationSession, PostgresIndex } from '../migration.js'
import { buildOnTable } from './build-on-table.js'
import type { BuildOptions } from './build-options.js'
import { buildPartitionedIndex } from './build-partitioned-index.js'
import { dropUnfinished } from './built-index.js'
import { findDuplicates } from './find-duplicates.js'
import { readLayout } from './partitions-of.js'

export type { BuildOptions } from './build-options.js'

/**
 * Makes the index under its name, unless the same is there. The invalid leftover of a build that failed is dropped
 * first; one that another session is building is waited for. On a table without rows it is made at once. A table is
 * left without an invalid index when this throws; where the connection was lost, the next call sees to that. Throws
 * DUPLICATE_KEYS, INDEX_CONFLICT (another index has the name), SCHEMA_CHANGE_BLOCKED, ABORTED, and the server's errors.
 */
export async function buildIndex(session: MigrationSession, schema: string, index: PostgresIndex, options: BuildOptions): Promise<void> {
  try {
    await build(session, schema, index, options)
  } catch (error) {
    if (sqlState(error) !== '23505') throw error
    await dropUnfinished(session, schema, index, options)
    throw await duplicateKeys(session, schema, index, error)
  }
}

async function build(session: MigrationSession, schema: string, index: PostgresIndex, options: BuildOptions): Promise<void> {
  if (!options.concurrently) return buildOnTable(session, schema, index, options)
  const { empty, partitions } = await readLayout(session, { schema, name: index.table })
  if (empty && (await buildOnEmpty(session, schema, index, options))) return
  if (partitions === null) await buildOnTable(session, schema, index, options)
  else await buildPartitionedIndex(session, schema, index, partitions, options)
}

/**
 * At once: there is nothing to read, while a concurrent build would still wait for every older transaction of the
 * server, for each index of each new tenant. False where somebody uses the table after all.
 */
async function buildOnEmpty(session: MigrationSession, schema: string, index: PostgresIndex, options: BuildOptions): Promise<boolean> {
  try {
    await buildOnTable(session, schema, index, options, 'at once')
    return true
  } catch (error) {
    if (isConversationStoreError(error, 'SCHEMA_CHANGE_BLOCKED')) return false
    throw error
  }
}

async function duplicateKeys(session: MigrationSession, schema: string, index: PostgresIndex, cause: unknown): Promise<unknown> {
  const found = await findDuplicates(session, schema, index, { timeoutMs: 0 })
  if (found === null) return cause
  return new ConversationStoreError('DUPLICATE_KEYS', { database: schema, collection: index.table, index: index.name, ...found }, { cause })
}
