import type { MigrationSession } from '../migration.js'
import { dropIndexSql } from './index-sql.js'
import type { LiveIndex } from './live-indexes.js'
import { type SchemaChange, withConcurrentTimeouts, withLockTimeout } from './lock-timeout.js'

export type DropTerms = Pick<SchemaChange, 'signal' | 'logger'> & {
  /** False inside a transaction. */
  readonly concurrently: boolean
}

/** Drops an index on which no constraint depends. An index of a partitioned table is dropped with its shares. */
export async function dropIndex(session: MigrationSession, schema: string, live: LiveIndex, terms: DropTerms): Promise<void> {
  const change = { schema, table: live.table, object: `index ${live.name}`, signal: terms.signal, logger: terms.logger }
  const concurrently = dropsConcurrently(live, terms)
  const drop = () => session.query(dropIndexSql(schema, live.name, { concurrently }))
  await (concurrently ? withConcurrentTimeouts(session, change, drop) : withLockTimeout(session, change, drop))
}

/** Whether the drop is concurrent. PostgreSQL can't drop an index of a partitioned table concurrently. */
export function dropsConcurrently({ partitioned }: LiveIndex, { concurrently }: { readonly concurrently: boolean }): boolean {
  return concurrently && !partitioned
}
