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
 * Builds an index on a partitioned table. PostgreSQL can't do that concurrently, and a build at once would keep writers
 * out for as long as all partitions take. This therefore makes the index on the table alone, which takes a moment, and
 * then builds each partition's share concurrently and attaches it. The index is valid when the last share is attached.
 * If a share fails, the attached ones stay, and the next call continues with the others.
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
  if ((await findIndex(session, schema, index))?.valid) return
  throw conflict(schema, index, index.name, ['it is not valid although each partition has its share'])
}

/**
 * The name of a partition's share. It is always the same for the same partition, so that a later call finds what was
 * built.
 */
export function shareName(index: string, { name }: QualifiedName): string {
  const hash = createHash('sha256').update(`${index} ${name}`).digest('hex').slice(0, 8)
  return Buffer.byteLength(`${index}_${name}`) <= 63 ? `${index}_${name}` : suffixed(index, hash)
}
