import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { passesName } from './passes.js'
import { oneOf } from './sessions.js'

/**
 * The indexes that somebody has begun to build and has not marked as made yet, beside the passes. An index that is
 * built concurrently stands before anything else can be committed, and a process may be killed in between.
 */
export function begunIndexes(schema: string, table: string) {
  const notes = qualified(schema, passesName)
  const idOf = (index: string) => `index ${index} of ${table} is being made`
  return {
    async note(session: MigrationSession, index: string): Promise<void> {
      await session.query(`insert into ${notes} (id, token) values ($1::text, 0) on conflict (id) do nothing`, [idOf(index)])
    },
    has(session: MigrationSession, index: string): Promise<boolean> {
      return oneOf<boolean>(session, `select exists (select from ${notes} where id = $1::text)::text`, [idOf(index)])
    },
    async forget(session: MigrationSession, index: string): Promise<void> {
      await session.query(`delete from ${notes} where id = $1::text`, [idOf(index)])
    },
  }
}
