import type { RunContext } from '../../migrator/kernel/target.js'
import { withoutSecrets } from '../../model/without-secrets.js'
import { quote } from '../names.js'
import { runPass } from './batch.js'
import { buildIndex } from './indexes/build-index.js'
import type { MigrationCode, MigrationContext, MigrationSession, PostgresStep, SqlContext } from './migration.js'
import { withRetries } from './retries.js'
import { lockTimeoutMs } from './run-lock.js'
import { indexStep, statementsOf, upStep } from './runnable.js'
import type { StepRun } from './step-run.js'
import type { TargetSettings } from './target-settings.js'

/** Runs one step: in the migration's transaction if it is one, otherwise statement by statement. */
export async function runStep(run: StepRun, name: string): Promise<void> {
  const { lock, settings, migration, context } = run
  const { steps, indexes = [], up, tx } = migration.definition
  const step = steps.find((each) => each.name === name)
  if (step !== undefined) return runSql(run, step)
  const index = indexes.find((each) => indexStep(each) === name)
  if (index !== undefined) {
    const { signal, logger } = context
    return buildIndex(lock.connection, settings.names.schema, index, { signal, logger, concurrently: !tx })
  }
  if (name === upStep && up !== undefined) return runCode(run, name, up)
  throw new TypeError(`${name} is no step of ${migration.name}`)
}

export async function runSql({ lock, settings, migration, context }: StepRun, step: PostgresStep): Promise<void> {
  const { connection } = lock
  for (const statement of statementsOf(step, sqlContext(settings))) {
    context.logger.debug(inOneLine(statement))
    if (migration.definition.tx) {
      await connection.script(statement)
      continue
    }
    // A concurrent statement waits for older transactions, which `lock_timeout` would count, and nobody queues behind
    // it.
    const patience = /\bconcurrently\b/i.test(statement) ? 0 : lockTimeoutMs
    await connection.script(`set lock_timeout = ${patience}`)
    await withRetries(
      context.signal,
      () => connection.script(statement),
      async () => {},
    )
    await connection.script('reset lock_timeout')
  }
}

export async function runCode(run: StepRun, name: string, code: MigrationCode): Promise<void> {
  const { lock, settings, context } = run
  const session = sessionOn(lock.connection)
  let passes = 0
  await code(session, {
    ...migrationContext(settings, context),
    dryRun: false,
    batch(pass, work) {
      passes += 1
      return runPass({ ...run, session, name: `${name} ${passes} ${pass.table}` }, pass, work)
    },
  })
}

const longestStatement = 200

/** A statement for the log. A function's body is told by its size. */
function inOneLine(statement: string): string {
  // Secrets are removed before the text is cut, because half a connection string can't be recognised.
  const line = withoutSecrets(statement).replaceAll(/\s+/g, ' ').trim()
  return line.length <= longestStatement ? line : `${line.slice(0, longestStatement)}… (${statement.length} characters)`
}

/** Only the methods that hosts may use, because the transaction belongs to the run. */
function sessionOn(connection: MigrationSession): MigrationSession {
  return { query: (text, values) => connection.query(text, values) }
}

export function migrationContext(
  { names }: TargetSettings,
  { signal, logger }: RunContext,
): Pick<MigrationContext, 'signal' | 'logger' | 'schema'> {
  return { signal, logger, schema: names.schema }
}

export function sqlContext({ names, partitions }: TargetSettings): SqlContext {
  return { schema: names.schema, quotedSchema: quote(names.schema), tablePrefix: names.prefix, partitions }
}
