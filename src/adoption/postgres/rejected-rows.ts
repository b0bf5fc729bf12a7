import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { ImportTables } from '../importing/import-tables.js'
import type { LegacyTable, Rejection } from '../importing/legacy-source.js'
import { makeOnce } from './passes.js'
import type { PrimaryKey } from './primary-key.js'
import { inTransaction, oneOf, readOne } from './sessions.js'

const lockMs = 10_000

/**
 * The rows that an import could not read, whole and with their reason, in a table beside the host's. The documents are
 * JSON and not `jsonb`, which would not keep all that a column may hold.
 */
export function rejectedRows(driver: PostgresDriver, { conversations, messages, inboxes }: ImportTables) {
  const { schema } = conversations
  const rejected = qualified(schema, 'conversation_store_rejected')
  const tables = { conversations, messages, inboxes } as const
  const make = () =>
    makeOnce(
      driver,
      `create table if not exists ${rejected} (from_table text collate "C" not null, id text collate "C" not null, reason text not null,
  at timestamptz not null default clock_timestamp(), document json not null, primary key (from_table, id))`,
    )
  const exists = () => readOne<boolean>(driver, 'select (pg_catalog.to_regclass($1::text) is not null)::text', [rejected])
  const names = (which: readonly LegacyTable[]) => JSON.stringify(which.map((each) => tables[each]?.name ?? ''))
  const keeping = `insert into ${rejected} (from_table, id, reason, document) select $1::text, key::text, reason, document from gone
  on conflict (from_table, id) do update set reason = excluded.reason, at = excluded.at, document = excluded.document`
  return {
    async clear(which: readonly LegacyTable[]): Promise<void> {
      await make()
      await readOne(
        driver,
        `with gone as (delete from ${rejected} where from_table in (select json_array_elements_text($1::json)) returning 1)
select count(*)::text from gone`,
        [names(which)],
      )
    },
    async write(rejections: readonly Rejection[], keyOf: (table: LegacyTable) => Promise<PrimaryKey | null>): Promise<void> {
      for (const which of ['inboxes', 'conversations', 'messages'] as const) {
        const table = tables[which]
        const some = rejections.filter((each) => each.table === which)
        const key = some.length === 0 ? null : await keyOf(which)
        if (table === null || key === null) continue
        const unique = new Map(some.map((each) => [JSON.stringify(each.key), each]))
        await inTransaction(driver, { lockMs }, (session) =>
          session.query(
            `with gone as (select ${key.json('c')} as key, r.reason, pg_catalog.row_to_json(c) as document
  from json_to_recordset($2::json) r(key json, reason text) join ${qualified(table.schema, table.name)} c on (${key.of('c')}) = ${key.row('r.key')})
${keeping}`,
            [table.name, JSON.stringify([...unique.values()].map(({ key: id, reason }) => ({ key: id, reason })))],
          ),
        )
      }
    },
    /** Writes out the rows of a table `m` for which a condition holds. */
    writeWhere(
      table: { readonly name: string; readonly schema: string },
      key: PrimaryKey,
      condition: string,
      reason: string,
    ): Promise<number> {
      return inTransaction(driver, { lockMs }, (session) =>
        oneOf<number>(
          session,
          `with gone as (select ${key.json('m')} as key, $2::text as reason, pg_catalog.row_to_json(m) as document
  from ${qualified(table.schema, table.name)} m where ${condition}),
kept as (${keeping} returning 1)
select count(*)::text from kept`,
          [table.name, reason],
        ),
      )
    },
    async have(which: LegacyTable, keys: readonly unknown[]): Promise<readonly boolean[]> {
      if (keys.length === 0 || !(await exists())) return keys.map(() => false)
      return readOne<readonly boolean[]>(
        driver,
        `select json_agg(exists (select from ${rejected} r where r.from_table = $1::text and r.id::jsonb = k.key::jsonb) order by k.place)::text
from json_array_elements($2::json) with ordinality k(key, place)`,
        [tables[which]?.name ?? '', JSON.stringify(keys)],
      )
    },
    async count(): Promise<number> {
      if (!(await exists())) return 0
      return readOne<number>(
        driver,
        `select count(*)::text from ${rejected} where from_table in (select json_array_elements_text($1::json))`,
        [names(['inboxes', 'conversations', 'messages'])],
      )
    },
  }
}
