import { ConversationStoreError } from '../../../model/errors.js'
import type { MigrationSession, PostgresIndex } from '../migration.js'
import { indexColumns } from './index-columns.js'
import { readJson } from './read-json.js'

/** What an index asks of the server that is older than it, in words. Null if the server has it. */
export interface ServerNeed {
  readonly operation: string
  readonly needs: string
}

/** Which version of PostgreSQL an index needs and why. Null for an index that every supported one can have. */
function sinceVersion({ columns, include, method = 'btree', nullsNotDistinct = false }: PostgresIndex): readonly [number, string] | null {
  if (nullsNotDistinct) return [15, 'nulls not distinct']
  if (include !== undefined && /^spgist$/i.test(method)) return [14, 'include']
  return indexColumns(columns).some(({ parameters }) => parameters !== '') ? [13, 'parameters of an operator class'] : null
}

/**
 * Asks the server for its version if the index needs a newer one than the oldest supported. The server itself would
 * answer with a syntax error.
 */
export async function unmetNeed(session: MigrationSession, index: PostgresIndex): Promise<ServerNeed | null> {
  const since = sinceVersion(index)
  if (since === null) return null
  const [version, what] = since
  const [found = 0] = await readJson<number>(session, `select current_setting('server_version_num')`)
  if (found >= version * 10_000) return null
  return { operation: `the index ${index.name}, which has ${what},`, needs: `PostgreSQL ${version} or newer` }
}

/** What `unmetNeed` found, as an obstacle in a preview. */
export async function serverObstacles(session: MigrationSession, index: PostgresIndex): Promise<readonly string[]> {
  const need = await unmetNeed(session, index)
  return need === null ? [] : [`${need.operation} needs ${need.needs}`]
}

/** Throws UNSUPPORTED if the server is older than what the index asks of it. */
export async function requireServer(session: MigrationSession, index: PostgresIndex): Promise<void> {
  const need = await unmetNeed(session, index)
  if (need !== null) throw new ConversationStoreError('UNSUPPORTED', need)
}
