import { everyTwoSeconds, type Ticks } from '../../migrator/kernel/index-build.js'
import type { LockHolder, MigrationTarget } from '../../migrator/kernel/target.js'
import { columns } from '../columns.js'
import { createExecutor } from '../create-executor.js'
import type { PostgresDriver } from '../drivers.js'
import type { Names } from '../names.js'
import { flag } from '../readers.js'
import { compile, sql } from '../sql.js'
import { translated } from '../translate-error.js'
import { advisoryLock, endedRow, toHolder } from './advisory-lock.js'
import { declaredIndexes } from './declared-indexes.js'
import { compareIndexes } from './indexes/compare-indexes.js'
import { planIndexSync } from './indexes/plan-index-sync.js'
import { indexesOfSql } from './indexes-of-sql.js'
import { readLedger } from './ledger-table.js'
import { lockedTarget } from './locked-target.js'
import type { MigrationSession, RunnablePostgresMigration } from './migration.js'
import { previewSteps } from './preview.js'
import { previewCreation } from './preview-creation.js'
import { previewUndo } from './preview-undo.js'
import { readOnly } from './read-only.js'
import { acquireRunLock } from './run-lock.js'
import { searchPathSql } from './run-settings.js'
import type { TargetSettings } from './target-settings.js'

export interface PostgresTargetOptions {
  readonly pool: PostgresDriver
  readonly names: Names
  readonly migrations: readonly RunnablePostgresMigration[]
  readonly partitions?: number | null
  /** Whether failures are recorded in the ledger. Default true. */
  readonly recordsFailures?: boolean
  /** Whether the reads outside a run use prepared statements. Default false. */
  readonly preparedStatements?: boolean
  /** When to look how far the build of an index is. Default: every two seconds. */
  readonly ticks?: Ticks
}

/**
 * One schema of a database as the target of migrations. A run uses one connection of the pool, from the moment when it
 * gets the lock to its end.
 */
export function postgresTarget(options: PostgresTargetOptions): MigrationTarget<RunnablePostgresMigration> {
  const { names, migrations } = options
  const advisory = advisoryLock(names.schema)
  const settings: TargetSettings = {
    driver: options.pool,
    executor: createExecutor(options.pool, { preparedStatements: options.preparedStatements ?? false }),
    names,
    migrations,
    partitions: options.partitions ?? null,
    advisory,
    recordsFailures: options.recordsFailures ?? true,
    ticks: options.ticks ?? everyTwoSeconds,
  }
  const readLock = () => translated(async () => toHolder((await settings.executor.run(advisory.holder, null))[0]))
  return {
    database: names.schema,
    migrations,
    readLedger: () => readLedger(settings.executor, names),
    async lock(terms) {
      const lock = await acquireRunLock(options.pool, names.schema, advisory, terms, readLock)
      return lockedTarget(lock, settings)
    },
    preview: (migration, steps, context) => previewSteps(settings, migration, steps, context),
    previewCreation: () => translated(() => previewCreation(settings.executor, names)),
    previewRevert: (migration, context) => previewUndo(settings, migration, context),
    compareIndexes: (indexSet) =>
      translated(() => onConnection(settings, (session) => compareIndexes(session, names.schema, declaredIndexes(settings), indexSet))),
    previewIndexes: (sync) =>
      translated(() =>
        onConnection(settings, (session) =>
          planIndexSync(session, names.schema, declaredIndexes(settings), { ...sync, spares: indexesOfSql(settings) }),
        ),
      ),
    exists: () =>
      translated(async () => {
        const [row = {}] = await settings.executor.run(compile(schemaQuery(names.schema)), null)
        return flag(existsRow.of(row).there)
      }),
    readLock,
    breakLock: () => translated(() => terminate(settings)),
  }
}

const existsRow = columns({ there: flag })
const schemaQuery = (schema: string) => sql`select exists (select from pg_catalog.pg_namespace n where n.nspname = ${schema}) as there`

/** Terminates the lock's holder and returns it. Null if there is none. PGlite's only session can't terminate itself. */
async function terminate({ executor, advisory }: TargetSettings): Promise<LockHolder | null> {
  const rows = await executor.run(advisory.terminate, null)
  return toHolder(rows.find((row) => flag(endedRow.of(row).terminated)))
}

/** Runs `work` in a read-only transaction, in which the server refuses every write. */
function onConnection<T>({ driver, names }: TargetSettings, work: (session: MigrationSession) => Promise<T>): Promise<T> {
  return readOnly(driver, async (connection) => {
    await connection.script(searchPathSql(names.schema, 'local'))
    return work(connection)
  })
}
