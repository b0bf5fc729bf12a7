import { storeOwner } from '../../migrator/kernel/migration.js'
import type { PreviewedStep, RunContext } from '../../migrator/kernel/target.js'
import { withoutSecrets } from '../../model/without-secrets.js'
import { columns } from '../columns.js'
import { integer } from '../readers.js'
import { compile, raw, sql } from '../sql.js'
import { sqlState } from '../translate-error.js'
import type { RunConnection } from './connection.js'
import { indexPlace } from './declared-indexes.js'
import { findDuplicates } from './indexes/find-duplicates.js'
import { indexDifferences } from './indexes/index-differences.js'
import { createIndexSql, qualified } from './indexes/index-sql.js'
import { readLiveIndexes } from './indexes/live-indexes.js'
import { serverObstacles } from './indexes/require-server.js'
import { keysetOf } from './keyset.js'
import type { MigrationCode, MigrationSession, PostgresIndex, RunnablePostgresMigration } from './migration.js'
import { previewChange, previewRetirement } from './preview-indexes.js'
import { readOnly } from './read-only.js'
import { searchPathSql } from './run-settings.js'
import { endsTransaction, migrationContext } from './run-steps.js'
import { dropStep, indexStep, statementsOf, upStep } from './runnable.js'
import { sqlContext } from './sql-context.js'
import type { TargetSettings } from './target-settings.js'
import { escapeFromReadOnly, transactionCommand } from './transaction-commands.js'

const longestStatementMs = 10_000
const mostCounted = 100_000
const countRow = columns({ rows: integer })

/** Previews steps. It takes no lock and makes nothing. */
export function previewSteps(
  settings: TargetSettings,
  migration: RunnablePostgresMigration,
  steps: readonly string[],
  context: RunContext,
): Promise<readonly PreviewedStep[]> {
  return inPreview(settings, async (connection) => {
    const previewed: PreviewedStep[] = []
    for (const step of steps) previewed.push(await previewStep(connection, settings, migration, step, context))
    return previewed
  })
}

/** Runs `work` in a read-only transaction, in which the server itself refuses every write. */
export function inPreview<T>({ driver, names }: TargetSettings, work: (connection: RunConnection) => Promise<T>): Promise<T> {
  return readOnly(driver, async (connection) => {
    await connection.script(`set local statement_timeout = ${longestStatementMs}; ${searchPathSql(names.schema, 'local')}`)
    return work(connection)
  })
}

async function previewStep(
  connection: RunConnection,
  settings: TargetSettings,
  migration: RunnablePostgresMigration,
  name: string,
  context: RunContext,
): Promise<PreviewedStep> {
  const { definition, owner } = migration
  const { steps, indexes = [], drop = [], up, tx } = definition
  const step = steps.find((each) => each.name === name)
  if (step !== undefined) {
    const statements = statementsOf(step, sqlContext(settings))
    const commands = tx && owner !== storeOwner ? statements.flatMap((statement) => transactionCommand(statement) ?? []) : []
    const would = (context.verbose ? undefined : step.inShort?.(sqlContext(settings))) ?? statements
    return { step: name, would, count: null, obstacles: commands.map(endsTransaction) }
  }
  const index = indexes.find((each) => indexStep(each) === name)
  if (index !== undefined) {
    const { before, left } = indexPlace(settings, migration, context)
    if (left.has(index.name)) return { step: name, would: [], count: null, obstacles: [] }
    if (before.has(index.name)) return previewChange(connection, settings.names.schema, index, name)
    return previewIndex(connection, settings.names.schema, index, !tx)
  }
  if (name === upStep && up !== undefined) return previewCode(connection, settings, up, context)
  const retired = drop.find((each) => dropStep(each) === name)
  if (retired !== undefined) return previewRetirement(connection, settings.names.schema, retired, !tx)
  throw new TypeError(`${name} is no step of ${definition.id}`)
}

async function previewIndex(
  connection: RunConnection,
  schema: string,
  index: PostgresIndex,
  concurrently: boolean,
): Promise<PreviewedStep> {
  const rows = await countRows(connection, schema, index.table)
  const [live] = await readLiveIndexes(connection, schema, { tables: [], names: [index.name] })
  const duplicates =
    index.unique && rows !== null ? await findDuplicates(connection, schema, index, { timeoutMs: longestStatementMs }) : null
  const differences = live === undefined || !live.valid ? [] : await indexDifferences(connection, schema, index, live)
  const stoppers = [
    ...(await serverObstacles(connection, index)),
    ...(live !== undefined && differences.length > 0
      ? [`${live.name} stands on ${live.table} and differs in ${differences.join(', ')}: sync:indexes --dry-run shows what replaces it`]
      : []),
    ...(duplicates !== null && duplicates.totalGroups > 0
      ? [`${duplicates.totalDocuments} rows share ${duplicates.totalGroups} key(s) of ${duplicates.fields.join(', ')}: ${duplicates.query}`]
      : []),
  ]
  const obstacles = [
    ...(live !== undefined && !live.valid ? [`${live.name} is there, and is not valid: it is dropped and built anew`] : []),
    ...stoppers,
  ]
  // An index of a table without rows is built at once.
  const would = [createIndexSql(schema, index, { concurrently: concurrently && rows !== null && rows > 0 })]
  return { step: indexStep(index), would, count: rows, obstacles, ...(stoppers.length > 0 && { stops: true }) }
}

/**
 * The number of rows: the planner's estimate if it is above 100,000, and counted up to that number otherwise. Null if
 * the table doesn't exist yet.
 */
async function countRows(connection: RunConnection, schema: string, table: string): Promise<number | null> {
  const [found] = await connection.run(
    compile(sql`select floor(c.reltuples)::bigint as rows from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relname = ${table} and c.relkind in ('r', 'p')`),
  )
  if (found === undefined) return null
  const estimate = integer(countRow.of(found).rows)
  if (estimate > mostCounted) return estimate
  const bounded = sql`select count(*) as rows from (select 1 from ${raw(qualified(schema, table))} limit ${mostCounted}) counted`
  const [counted = {}] = await connection.run(compile(bounded))
  return integer(countRow.of(counted).rows)
}

/** Ends the code at its first statement that fails, such as a write. */
class Stopped extends Error {}

/** Runs code up to its first write or its first statement that fails. */
export async function previewCode(
  connection: RunConnection,
  settings: TargetSettings,
  code: MigrationCode,
  context: RunContext,
): Promise<PreviewedStep> {
  const would: string[] = []
  const obstacles: string[] = []
  let count: number | null = null
  let stopped = false
  const session: MigrationSession = {
    async query(text, values) {
      if (stopped) throw new Stopped()
      const command = escapeFromReadOnly(text)
      if (command !== null) {
        stopped = true
        obstacles.push(`it was followed up to \`${command}\`, which would let it write: ${text}`)
        throw new Stopped()
      }
      try {
        return await connection.query(text, values)
      } catch (error) {
        stopped = true
        if (sqlState(error) === '25006') would.push(text)
        else
          obstacles.push(`it was followed up to a statement that fails as things are (SQLSTATE ${sqlState(error) ?? 'unknown'}): ${text}`)
        throw new Stopped()
      }
    },
  }
  await connection.script('savepoint preview')
  try {
    await code(session, {
      ...migrationContext(settings, context),
      dryRun: true,
      async batch(pass, work) {
        count = (count ?? 0) + ((await countRows(connection, settings.names.schema, pass.table)) ?? 0)
        const keyset = await keysetOf(session, settings.names.schema, pass, context.batchSize)
        const first = await keyset.page(session, { after: null, upTo: await keyset.greatest(session) })
        if (first.length === 0) return
        await work(
          first.map(({ row }) => row),
          session,
        )
      },
    })
  } catch (error) {
    // What the code could not read or write may have caused its error. The error is reported as an obstacle and is no
    // failure of the preview.
    if (!stopped) obstacles.push(`it throws as things are: ${withoutSecrets(error instanceof Error ? error.message : String(error))}`)
  } finally {
    await connection.script('rollback to savepoint preview; release savepoint preview')
  }
  return { step: upStep, would, count, obstacles }
}
