import { createHash } from 'node:crypto'
import type { MigrationSession, PostgresIndex } from '../migration.js'
import { buildOnTable } from './build-on-table.js'
import type { BuildOptions } from './build-options.js'
import { conflict, dropUnfinished, findIndex, isBuilt } from './built-index.js'
import { indexDifferences } from './index-differences.js'
import { attachIndexSql, createIndexSql, type QualifiedName, suffixed } from './index-sql.js'
import { withLockTimeout } from './lock-timeout.js'
import { partitionKey, readAttached, readLayout } from './partitions-of.js'

/**
 * PostgreSQL builds nothing concurrently on a partitioned table, and at once would keep writers out for as long as all
 * partitions take: so an index without shares is made on the table itself, which costs a moment, then each partition's
 * share concurrently, and attached. With the last one it is valid. Shares that are attached stay when a later one
 * fails, and the next call goes on.
 */
export async function buildPartitionedIndex(
  session: MigrationSession,
  schema: string,
  index: PostgresIndex,
  partitions: readonly QualifiedName[],
  options: BuildOptions,
): Promise<void> {
  if (await isBuilt(session, schema, index, options)) return
  const { signal, logger } = options
  const change = { schema, table: index.table, object: `index ${index.name}`, signal, logger }

  const begun = await findIndex(session, schema, index)
  const goesOn = begun !== null && (await indexDifferences(session, schema, index, begun)).length === 0
  if (!goesOn) {
    await dropUnfinished(session, schema, index, options)
    await withLockTimeout(session, change, () => session.query(createIndexSql(schema, index, { concurrently: false, only: true })))
  }
  const attached = await readAttached(session, schema, index.name)
  for (const partition of partitions) {
    if (attached.has(partitionKey(partition))) continue
    const share = { ...index, table: partition.name, name: shareName(index.name, partition) }
    const { partitions: nested } = await readLayout(session, partition)
    if (nested === null) await buildOnTable(session, partition.schema, share, options)
    else await buildPartitionedIndex(session, partition.schema, share, nested, options)
    const attach = attachIndexSql({ schema, name: index.name }, { schema: partition.schema, name: share.name })
    await withLockTimeout(session, change, () => session.query(attach))
  }
  if (await isBuilt(session, schema, index, options)) return
  throw conflict(schema, index, index.name, ['it is not valid although each partition has its share'])
}

/** The same for the same partition, so that a call that goes on finds what was built. */
export function shareName(index: string, { name }: QualifiedName): string {
  const hash = createHash('sha256').update(`${index} ${name}`).digest('hex').slice(0, 8)
  return Buffer.byteLength(`${index}_${name}`) <= 63 ? `${index}_${name}` : suffixed(index, hash)
}
