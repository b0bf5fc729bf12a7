import type { PostgresDriver } from '../../postgres/drivers.js'
import type { RunConnection } from '../../postgres/migrator/connection.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { sqlState } from '../../postgres/translate-error.js'
import type { AllowClosedOptions } from '../allow-closed-types.js'
import { type ClosedTable, conversationsBy } from '../closed-tables.js'
import { fittedName } from '../fitted-name.js'
import { added, leaseLost, type PassState, runPass } from '../run-pass.js'
import { activeSql } from './conditions.js'
import { passTable } from './passes.js'
import type { PrimaryKey } from './primary-key.js'
import { inTransaction, oneOf, readOne, rowLockMs } from './sessions.js'
import { changeTable } from './table-changes.js'

/** True while the conversation is active, and null otherwise: a unique index lets nulls repeat. */
function keySqlOf(table: ClosedTable, alias: string): string {
  return `case when ${activeSql(conversationsBy(table, ''), alias)} then true end`
}

const ourName = 'conversation_store_active_key'

/** The name of the trigger, and of its function, which is one of the schema, in which several tables may have one. */
function triggerName({ name }: ClosedTable): string {
  return fittedName(ourName, name)
}

/**
 * What takes the trigger of an older version away, which cut the start of a long name, so that the functions of two
 * tables could have one name. Another table may still have such a trigger.
 */
function dropFormer({ schema, name }: ClosedTable): readonly string[] {
  const start = ourName.slice(0, Math.max(0, 62 - Buffer.byteLength(name)))
  if (start === ourName || Buffer.byteLength(`${start}_${name}`) > 63) return []
  const former = `${start}_${name}`
  return [
    `drop trigger if exists ${quote(former)} on ${qualified(schema, name)}`,
    `do $drop$ begin
  drop function if exists ${qualified(schema, former)}();
exception when dependent_objects_still_exist then null;
end $drop$`,
  ]
}

function bodyOf(table: ClosedTable): string {
  return `
begin
  new.${quote(table.keyColumn)} := ${keySqlOf(table, 'new.')};
  return new;
end
`
}

/** The statements that make the column and the trigger. Whatever a writer gives the column, the trigger decides. */
export function activeKeyStatements(table: ClosedTable): readonly string[] {
  const into = qualified(table.schema, table.name)
  const name = triggerName(table)
  const call = `${qualified(table.schema, name)}()`
  return [
    `alter table ${into} add column if not exists ${quote(table.keyColumn)} boolean`,
    `create or replace function ${call} returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $key$${bodyOf(table)}$key$`,
    `drop trigger if exists ${quote(name)} on ${into}`,
    ...dropFormer(table),
    `create trigger ${quote(name)} before insert or update on ${into} for each row execute function ${call}`,
  ]
}

/** Makes the column, the trigger, and the values of the conversations of before. */
export async function setActiveKey(driver: PostgresDriver, session: RunConnection, table: ClosedTable, options: AllowClosedOptions) {
  if (!(await hasActiveKey(driver, table)))
    await changeTable(session, table, options, `the column ${table.keyColumn} and its trigger`, activeKeyStatements(table))
}

/** Whether the column is there, and the trigger stands, is enabled, and does what this version writes. */
export function hasActiveKey(driver: PostgresDriver, table: ClosedTable): Promise<boolean> {
  return readOne<boolean>(
    driver,
    `select exists (select from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_proc p on p.oid = t.tgfoid
  where n.nspname = $1::text and c.relname = $2::text and t.tgname = $3::text and t.tgenabled in ('O', 'A') and p.prosrc = $4::text
    and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = $5::text and not a.attisdropped))::text`,
    [table.schema, table.name, triggerName(table), bodyOf(table), table.keyColumn],
  )
}

function isWrongSql(table: ClosedTable): string {
  return `c.${quote(table.keyColumn)} is distinct from ${keySqlOf(table, 'c.')}`
}

/** How many conversations have another key than their status says. Null without the column. It reads the table once. */
export async function countWrongKeys(driver: PostgresDriver, table: ClosedTable): Promise<number | null> {
  const from = qualified(table.schema, table.name)
  try {
    return await readOne<number>(driver, `select (select count(*) from ${from} c where ${isWrongSql(table)})::text`)
  } catch (error) {
    if (sqlState(error) === '42703') return null
    throw error
  }
}

/** Takes the column and the trigger away, if they are of this helper. */
export async function dropActiveKey(driver: PostgresDriver, session: RunConnection, table: ClosedTable, options: AllowClosedOptions) {
  const name = triggerName(table)
  const isOurs = await readOne<boolean>(driver, `select (pg_catalog.to_regproc($1::text) is not null)::text`, [
    qualified(table.schema, name),
  ])
  if (!isOurs) return
  await changeTable(session, table, options, `the column ${table.keyColumn} and its trigger`, [
    `drop trigger if exists ${quote(name)} on ${qualified(table.schema, table.name)}`,
    ...dropFormer(table),
    `alter table ${qualified(table.schema, table.name)} drop column if exists ${quote(table.keyColumn)}`,
    `drop function ${qualified(table.schema, name)}()`,
  ])
}

/**
 * Gives the conversations of before their key. Those that are written meanwhile get it from the trigger. A pass that is
 * gone on with says nothing of the rows behind it if the column was made anew since, or the trigger was gone for a
 * while. Then another one goes over all of them.
 */
export async function fillActiveKeys(driver: PostgresDriver, table: ClosedTable, key: PrimaryKey, options: AllowClosedOptions) {
  await runFill(driver, table, key, options)
  if ((await countWrongKeys(driver, table)) !== 0) await runFill(driver, table, key, options)
}

async function runFill(driver: PostgresDriver, table: ClosedTable, key: PrimaryKey, options: AllowClosedOptions) {
  const passes = passTable(driver, table.schema)
  const name = `${table.keyColumn} of ${table.name}`
  const from = `${qualified(table.schema, table.name)} c`
  await runPass(options, {
    table: passes,
    key: name,
    database: table.schema,
    total: options.onProgress === undefined ? null : await countWrongKeys(driver, table),
    greatest: () => readOne(driver, `select (select ${key.json('c')} from ${from} order by ${key.of('c', ' desc')} limit 1)::text`),
    async batch(before, lease, pacer) {
      const began = performance.now()
      try {
        const next = await inTransaction(driver, { lockMs: rowLockMs }, async (session) => {
          const done = await oneBatch(session, table, key, before, pacer.size)
          if (!(await passes.saveIn(session, name, lease.token, done))) throw leaseLost(name)
          return done
        })
        pacer.took(performance.now() - began)
        return next
      } catch (error) {
        if (!/^(55P03|40P01|40001)$/.test(sqlState(error) ?? '')) throw error
        pacer.gaveWay()
        return before
      }
    },
  })
}

async function oneBatch(
  session: MigrationSession,
  table: ClosedTable,
  key: PrimaryKey,
  before: PassState,
  limit: number,
): Promise<PassState> {
  const into = qualified(table.schema, table.name)
  const isWrong = isWrongSql(table)
  const after = before.cursor === null ? '' : ` and (${key.of('c')}) > ${key.row('$2::json')}`
  const page = await oneOf<{ readonly size: number; readonly last: unknown }>(
    session,
    `with page as materialized (select ${key.of('c')} from ${into} c
  where ${isWrong} and (${key.of('c')}) <= ${key.row('$1::json')}${after} order by ${key.of('c')} limit ${limit}),
updated as (update ${into} c set ${quote(table.keyColumn)} = ${keySqlOf(table, 'c.')} from page p
  where (${key.of('c')}) = (${key.of('p')}) and ${isWrong} returning 1)
select json_build_object('size', (select count(*) from page), 'updated', (select count(*) from updated),
  'last', (select ${key.json('p')} from page p order by ${key.of('p', ' desc')} limit 1))::text`,
    [before.upTo, ...(before.cursor === null ? [] : [before.cursor])].map((each) => JSON.stringify(each)),
  )
  return {
    ...before,
    cursor: page.last ?? before.cursor,
    counts: added(before.counts, { seen: page.size }),
    done: page.size < limit,
  }
}
