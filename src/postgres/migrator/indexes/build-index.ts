import { ConversationStoreError, isConversationStoreError } from '../../../model/errors.js'
import { sqlState } from '../../translate-error.js'
import type { MigrationSession, PostgresIndex } from '../migration.js'
import { buildOnTable } from './build-on-table.js'
import type { BuildOptions } from './build-options.js'
import { buildPartitionedIndex } from './build-partitioned-index.js'
import { dropUnfinished } from './built-index.js'
import { findDuplicates } from './find-duplicates.js'
import { readLayout } from './partitions-of.js'
import { requireServer } from './require-server.js'

export type { BuildOptions } from './build-options.js'

/**
 * Makes the index under its name, unless the same index exists. It first drops the invalid leftover of a failed build,
 * and it waits for another session that is building the index. On a table without rows it builds at once. When this
 * throws, it leaves no invalid index, unless the connection was lost, and then the next call drops it. Throws
 * DUPLICATE_KEYS, INDEX_CONFLICT (another index has the name), SCHEMA_CHANGE_BLOCKED, ABORTED,
 * UNSUPPORTED (the server is too old for it), and the server's errors.
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
  await requireServer(session, index)
  if (!options.concurrently) return buildOnTable(session, schema, index, options)
  const { empty, partitions } = await readLayout(session, { schema, name: index.table })
  if (empty && (await buildOnEmpty(session, schema, index, options))) return
  if (partitions === null) await buildOnTable(session, schema, index, options)
  else await buildPartitionedIndex(session, schema, index, partitions, options)
}

/**
 * Builds at once, because the table has no rows to read. A concurrent build would still wait for every older
 * transaction of the server, for each index of each new tenant. Returns false if somebody uses the table after all.
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
