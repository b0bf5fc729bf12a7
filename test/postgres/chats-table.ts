import { compareIndexes } from '../../src/postgres/migrator/indexes/compare-indexes.js'
import type { MigrationSession, PostgresIndex } from '../../src/postgres/migrator/migration.js'
import { emptySchema } from './index-scratch.js'

/** Makes a table to index, with one row. */
export async function chatsTable(session: MigrationSession): Promise<string> {
  const schema = await emptySchema()
  await session.query(`create table "${schema}".chats (account_id text collate "C" not null, id text not null, status text, "when" timestamptz(3),
    name text, primary key (account_id, id), constraint one_name unique (name))`)
  // A build on a table without rows is never concurrent.
  await session.query(`insert into "${schema}".chats values ('acme', '0', 'open')`)
  return schema
}

/** Declares an index of that table. */
export function chatsIndex(name: string, columns: string, more: Partial<PostgresIndex> = {}): PostgresIndex {
  return { table: 'chats', name, columns, ...more }
}

/** How the table's indexes compare with the declared ones, one line per index. */
export async function verdicts(session: MigrationSession, schema: string, declared: readonly PostgresIndex[]): Promise<readonly string[]> {
  return (await compareIndexes(session, schema, declared)).map(({ index, verdict, found }) => `${index} ${verdict} ${found}`)
}
