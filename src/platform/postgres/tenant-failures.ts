import type { TenantFailures } from '../../migrator/databases.js'
import { columns, type Row } from '../../postgres/columns.js'
import type { Executor } from '../../postgres/executor.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { isNameCollision } from '../../postgres/migrator/ledger-table.js'
import { quote } from '../../postgres/names.js'
import { text, textOrNull } from '../../postgres/readers.js'
import { createClosedSql } from '../../postgres/schema/rights.js'
import { compile, type Fragment, raw, sql } from '../../postgres/sql.js'
import { sqlState, translated } from '../../postgres/translate-error.js'

const failuresTable = 'conversation_store_tenant_failures'
const failureRow = columns({ tenant_id: text, database: text, migration: textOrNull, step: textOrNull, message: text })

/** Keeps the failures in a table of the public schema. The first failure creates it. */
export function tenantFailures(executor: Executor, publicSchema: string): TenantFailures {
  const name = qualified(publicSchema, failuresTable)
  const table = raw(name)
  const send = (statement: Fragment) => executor.run(compile(statement), null)
  const orNothing = (work: () => Promise<readonly Row[]>) =>
    translated(async () => {
      try {
        return await work()
      } catch (error) {
        if (isMissing(error)) return []
        throw error
      }
    })
  return {
    async list() {
      const rows = await orNothing(() => send(sql`select ${failureRow.list('f')} from ${table} f order by f.failed_at, f.tenant_id`))
      return rows.map(failureRow.of).map((row) => ({
        tenantId: text(row.tenant_id),
        database: text(row.database),
        migration: textOrNull(row.migration),
        step: textOrNull(row.step),
        message: text(row.message),
      }))
    },
    async record({ tenantId, database, migration, step, message }) {
      const insert = sql`insert into ${table} (tenant_id, database, migration, step, message)
values (${tenantId}, ${database}, ${migration}, ${step}, ${message})
on conflict (tenant_id) do update set database = excluded.database, migration = excluded.migration, step = excluded.step,
  message = excluded.message, failed_at = clock_timestamp()`
      await translated(async () => {
        try {
          await send(insert)
        } catch (error) {
          if (!isMissing(error)) throw error
          await createTable(send, publicSchema, name)
          await send(insert)
        }
      })
    },
    async clear(tenantId) {
      await orNothing(() => send(sql`delete from ${table} f where f.tenant_id = ${tenantId}`))
    },
  }
}

function isMissing(error: unknown): boolean {
  return /^(42P01|3F000)$/.test(sqlState(error) ?? '')
}

/** Creates the table, and its schema if that is missing. Two processes may do so at once. */
async function createTable(send: (statement: Fragment) => Promise<unknown>, schema: string, name: string): Promise<void> {
  const create = async (statement: Fragment) => {
    try {
      await send(statement)
    } catch (error) {
      if (!isNameCollision(error)) throw error
    }
  }
  const there = (await send(sql`select from pg_catalog.pg_namespace n where n.nspname = ${schema}`)) as readonly Row[]
  if (there.length === 0) await create(raw(`create schema ${quote(schema)}`))
  const createSql = `create table ${name} (
  tenant_id text collate "C" not null primary key,
  database text not null,
  migration text,
  step text,
  message text not null,
  failed_at timestamptz(3) not null default clock_timestamp()
)`
  await create(raw(createClosedSql(createSql, schema, failuresTable)))
}
