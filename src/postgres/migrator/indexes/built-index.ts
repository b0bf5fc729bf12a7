import { requireNotAborted } from '../../../model/abort.js'
import { ConversationStoreError } from '../../../model/errors.js'
import type { MigrationSession, PostgresIndex } from '../migration.js'
import type { BuildOptions } from './build-options.js'
import { dropIndex } from './drop-index.js'
import { indexDifferences } from './index-differences.js'
import { type LiveIndex, readLiveIndexes } from './live-indexes.js'
import { pause } from './lock-timeout.js'

/**
 * Whether the same index exists and is valid. It waits for another session that is building it. Throws INDEX_CONFLICT
 * if another index has its name.
 */
export async function isBuilt(session: MigrationSession, schema: string, index: PostgresIndex, options: BuildOptions): Promise<boolean> {
  const live = await settled(session, schema, index, options)
  if (live === null) return false
  // An invalid index on another table belongs to somebody else, and it is in the way all the same.
  if (!live.valid && live.table === index.table) return false
  const differences = await indexDifferences(session, schema, index, live)
  if (differences.length > 0) throw conflict(schema, index, live.name, differences)
  return live.valid
}

/**
 * The index under the name, as soon as nobody is building it. It looks from time to time, with no statement open in
 * between.
 */
async function settled(
  session: MigrationSession,
  schema: string,
  index: PostgresIndex,
  { signal, logger }: BuildOptions,
): Promise<LiveIndex | null> {
  for (let look = 1; ; look += 1) {
    requireNotAborted(signal)
    const live = await findIndex(session, schema, index)
    if (live === null || live.builder === null) return live
    if (look === 1) logger.info(`index ${index.name} is being built by another backend, waiting for it`, { pid: live.builder })
    await pause(Math.min(look, 3), signal)
  }
}

export async function findIndex(session: MigrationSession, schema: string, { name }: PostgresIndex): Promise<LiveIndex | null> {
  const [live = null] = await readLiveIndexes(session, schema, { tables: [], names: [name] })
  return live
}

/** Drops what a failed build left under the name. It keeps a valid index and one that somebody is building. */
export async function dropUnfinished(
  session: MigrationSession,
  schema: string,
  index: PostgresIndex,
  options: BuildOptions,
): Promise<void> {
  const live = await findIndex(session, schema, index)
  if (live === null || live.valid || live.builder !== null || live.table !== index.table || live.required) return
  options.logger.info(`dropping the invalid leftover of index ${index.name}`, { schema })
  // This happens even if the run was aborted, because a unique leftover keeps refusing writes and every leftover keeps
  // costing them time.
  await dropIndex(session, schema, live, { ...options, signal: new AbortController().signal })
}

export function conflict(
  schema: string,
  index: PostgresIndex,
  found: string,
  differences: readonly string[],
  cause?: unknown,
): ConversationStoreError<'INDEX_CONFLICT'> {
  const details = { database: schema, collection: index.table, index: index.name, found, differences }
  return new ConversationStoreError('INDEX_CONFLICT', details, cause === undefined ? {} : { cause })
}
