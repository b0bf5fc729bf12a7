import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { appendLines } from '../append-lines.js'
import type { OrphanPolicy } from '../orphans.js'
import type { Conversations } from '../tables.js'
import type { BackfillTable, LeftRow } from './backfill-batch.js'
import { insertable } from './insertable.js'
import { makeOnce } from './passes.js'
import { type Restored, type RestoreOptions, restoredInBatches } from './restored-batches.js'
import { oneOf, readOne } from './sessions.js'

const quarantine = 'conversation_store_quarantine'

/** Makes the table for orphans. The rows are JSON and not `jsonb`, which would not keep all that a column may hold. */
export function makeQuarantine(driver: PostgresDriver, { schema }: Conversations): Promise<void> {
  return makeOnce(
    driver,
    `create table if not exists ${qualified(schema, quarantine)} (from_table text collate "C" not null, id text collate "C" not null,
  reason text not null, at timestamptz not null default clock_timestamp(), document json not null, primary key (from_table, id))`,
  )
}

/**
 * Takes orphans out of the table, in the transaction of their batch, after they were written to where they are kept.
 * Rows that have an account by now stay. Returns the keys of those that are gone.
 */
export async function removeOrphans(
  session: MigrationSession,
  { table, key }: BackfillTable,
  policy: Extract<OrphanPolicy, { policy: 'quarantine' | 'delete' }>,
  rows: readonly LeftRow[],
): Promise<readonly (readonly string[])[]> {
  if (rows.length === 0) return []
  const from = qualified(table.schema, table.name)
  const meant = `json_to_recordset($1::json) r(key json, unresolved text, oa text)`
  const condition = `(${key.of('c')}) = ${key.row('r.key')} and c.${quote(table.accountId)} is null and c.${quote(table.oaId)}::text is not distinct from r.oa`
  const values = [JSON.stringify(rows)]
  if (policy.policy === 'delete') {
    const kept = await oneOf<readonly string[]>(
      session,
      `select coalesce(json_agg(document), '[]')::text
from (select pg_catalog.row_to_json(c)::text as document from ${from} c join ${meant} on ${condition} for update of c) l`,
      values,
    )
    await appendLines(policy.archive, kept)
  }
  const deleted = `delete from ${from} c using ${meant} where ${condition} returning ${key.json('c')} as key, r.unresolved, pg_catalog.row_to_json(c) as document`
  const keeping =
    policy.policy === 'delete'
      ? ''
      : `, kept as (insert into ${qualified(table.schema, quarantine)} (from_table, id, reason, document)
  select $2::text, key::text, unresolved, document from deleted
  on conflict (from_table, id) do update set reason = excluded.reason, at = excluded.at, document = excluded.document)`
  return oneOf(
    session,
    `with deleted as (${deleted})${keeping} select coalesce(json_agg(key), '[]')::text from deleted`,
    policy.policy === 'delete' ? values : [...values, table.name],
  )
}

/**
 * Moves the orphans of a table back, in batches. One whose key is taken again, or that a unique index refuses, stays in
 * the quarantine.
 */
export async function restoreQuarantined(
  driver: PostgresDriver,
  { table, key }: Pick<BackfillTable, 'table' | 'key'>,
  options: RestoreOptions,
): Promise<Restored> {
  await makeQuarantine(driver, table)
  const { schema, name } = table
  const columns = await insertable(driver, schema, name)
  const [into, kept] = [qualified(schema, name), qualified(schema, quarantine)]
  return restoredInBatches(driver, options, {
    name: `quarantine of ${name}`,
    count: () => readOne(driver, `select count(*)::text from ${kept} where from_table = $1::text`, [name]),
    restore: (session, after, limit) =>
      oneOf(
        session,
        `with page as materialized (select q.* from ${kept} q where q.from_table = $1::text and ($2::text is null or q.id > $2::text) order by q.id limit ${limit}),
restored as (insert into ${into} as c (${columns}) overriding system value
  select ${columns} from (select r.* from page q cross join lateral pg_catalog.json_populate_record(null::${into}, q.document) r) r
  on conflict do nothing returning ${key.json('c')}::text as id),
gone as (delete from ${kept} q using restored r where q.from_table = $1::text and q.id = r.id returning 1)
select json_build_object('seen', (select count(*) from page), 'restored', (select count(*) from gone), 'last', (select max(id) from page))::text`,
        [name, after],
      ),
  })
}
