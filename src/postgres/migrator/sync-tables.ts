import type { Ledger } from '../../migrator/kernel/ledger.js'
import type { SyncTables, SyncTablesOptions, SyncTablesReport } from '../../migrator/kernel/sync-tables.js'
import { ConversationStoreError } from '../../model/errors.js'
import { columns } from '../columns.js'
import { createExecutor } from '../create-executor.js'
import type { PostgresDriver } from '../drivers.js'
import type { Executor } from '../executor.js'
import { functionsOf } from '../functions/functions.js'
import { signatureOf } from '../functions/sql-function.js'
import { createNames, type Names } from '../names.js'
import { integer } from '../readers.js'
import { readCatalog } from '../schema/catalog.js'
import { functionsSql, latestSchema, syncSteps } from '../schema/steps.js'
import { examineStore, missingMigrations, readStoreLedger, schemaNumber } from '../schema/store-schema.js'
import { isOfSync, syncFunctions, syncTable, syncViews } from '../schema/sync-objects.js'
import { compile, raw, sql } from '../sql.js'
import { translated } from '../translate-error.js'
import { advisoryLock, toHolder } from './advisory-lock.js'
import { withRetries } from './retries.js'
import { acquireRunLock, type RunLock } from './run-lock.js'

const countRow = columns({ number: integer })

/** The options of `postgres` under the same names. */
export interface PostgresSyncTablesOptions {
  readonly pool: PostgresDriver
  readonly schema?: string
  readonly tablePrefix?: string
}

/** The tables, views and functions of the sync in one schema. */
export function postgresSyncTables({ pool, ...named }: PostgresSyncTablesOptions): SyncTables {
  const names = createNames(named)
  const executor = createExecutor(pool, { preparedStatements: false })
  const look = () => translated(() => objectsIn(executor, names))
  const change = (statements: (executor: Executor) => Promise<readonly string[]>, { lockWaitMs, signal }: SyncTablesOptions) =>
    underLock(pool, executor, names, { lockWaitMs, signal }, async (lock) => {
      // The embedded database has one session, which is the lock's now.
      const texts = await statements(executorOn(lock))
      await withRetries(
        signal,
        () => lock.atomically(async () => runAll(lock, texts)),
        async () => {},
      )
    })
  return {
    look,
    async remove(options) {
      const before = await look()
      await change(async (ofLock) => {
        requireKnown(await readStoreLedger(ofLock, names))
        return dropSql(names)
      }, options)
      return before
    },
    async restore(options) {
      await change((ofLock) => restoreSql(ofLock, names), options)
      return look()
    },
  }
}

async function objectsIn(executor: Executor, names: Names): Promise<SyncTablesReport> {
  const catalog = await readCatalog(executor, names)
  const objects = [...catalog.keys()].filter((object) => /^(?:table|view|function) /.test(object) && isOfSync(object, undefined)).sort()
  const sessions = objects.includes(`table ${syncTable}`)
    ? await count(executor, sql`select count(*) as number from ${raw(names.fn(syncTable))}`)
    : 0
  return { database: names.schema, objects, sessions }
}

async function count(executor: Executor, query: ReturnType<typeof sql>): Promise<number> {
  const [row = {}] = await executor.run(compile(query), null)
  return integer(countRow.of(row).number)
}

function dropSql(names: Names): readonly string[] {
  return [
    ...syncViews.map((view) => `drop view if exists ${names.fn(view)}`),
    `drop table if exists ${names.fn(syncTable)}`,
    ...syncSignatures(names).map((signature) => `drop function if exists ${signature}`),
  ]
}

/** Throws SCHEMA_TOO_NEW, because a newer program may have made the objects otherwise. */
function requireKnown(ledger: Ledger): void {
  if (examineStore(ledger).newer.length === 0) return
  throw new ConversationStoreError('SCHEMA_TOO_NEW', { found: schemaNumber(ledger), supported: latestSchema })
}

/**
 * The steps that made the objects, where the table is gone, and the functions. What is left of the views is dropped
 * first, because a step creates all that it makes. Throws SCHEMA_OUT_OF_DATE for a store that has not come to them.
 */
async function restoreSql(executor: Executor, names: Names): Promise<readonly string[]> {
  const ledger = await readStoreLedger(executor, names)
  requireKnown(ledger)
  const missing = missingMigrations(examineStore(ledger))
  if (missing.length > 0) throw new ConversationStoreError('SCHEMA_OUT_OF_DATE', { missing })
  const { objects } = await objectsIn(executor, names)
  if (objects.includes(`table ${syncTable}`)) return []
  const partitions = await count(
    executor,
    sql`select count(*) as number from pg_catalog.pg_inherits i where i.inhparent = to_regclass(${names.tables.conversations})`,
  )
  const layout = { partitions: partitions === 0 ? null : partitions }
  return [...dropSql(names), ...syncSteps.flatMap((step) => step.statements(names, layout)), ...functionsSql(names)]
}

function syncSignatures(names: Names): readonly string[] {
  return functionsOf(names).flatMap((fn) => (syncFunctions.includes(fn.name) ? [signatureOf(names, fn)] : []))
}

function executorOn({ connection }: RunLock): Executor {
  const executor: Executor = { inTransaction: true, run: (statement) => connection.run(statement), transact: (work) => work(executor) }
  return executor
}

async function runAll({ connection }: RunLock, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await connection.script(statement)
}

/** Runs `work` as the only runner of migrations in the schema. Nothing of it is kept if it throws. */
async function underLock(
  pool: PostgresDriver,
  executor: Executor,
  { schema }: Names,
  { lockWaitMs, signal }: SyncTablesOptions,
  work: (lock: RunLock) => Promise<void>,
): Promise<void> {
  const advisory = advisoryLock(schema)
  const readHolder = () => translated(async () => toHolder((await executor.run(advisory.holder, null))[0]))
  await translated(async () => {
    const lock = await acquireRunLock(pool, schema, advisory, { waitMs: lockWaitMs, signal, onWait: () => {} }, readHolder)
    try {
      await work(lock)
    } catch (error) {
      lock.discard()
      throw error
    } finally {
      await lock.release()
    }
  })
}
