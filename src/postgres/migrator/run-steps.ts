import { storeOwner } from '../../migrator/kernel/migration.js'
import type { RunContext } from '../../migrator/kernel/target.js'
import { withoutSecrets } from '../../model/without-secrets.js'
import { runPass } from './batch.js'
import { makeIndex, retireIndex } from './change-indexes.js'
import type { MigrationCode, MigrationContext, MigrationSession, PostgresStep } from './migration.js'
import { withRetries } from './retries.js'
import { lockTimeoutMs, type RunLock } from './run-lock.js'
import { dropStep, indexStep, statementsOf, upStep } from './runnable.js'
import { sqlContext } from './sql-context.js'
import type { StepRun } from './step-run.js'
import type { TargetSettings } from './target-settings.js'
import { transactionCommand } from './transaction-commands.js'
import { watchBuilds } from './watch-builds.js'

/** Runs one step: in the migration's transaction if it is one, otherwise statement by statement. */
export async function runStep(run: StepRun, name: string): Promise<void> {
  const { steps, indexes = [], drop = [], up } = run.migration.definition
  const step = steps.find((each) => each.name === name)
  if (step !== undefined) return runSql(run, step)
  const index = indexes.find((each) => indexStep(each) === name)
  if (index !== undefined) return makeIndex(run, index)
  if (name === upStep && up !== undefined) return runCode(run, name, up)
  const retired = drop.find((each) => dropStep(each) === name)
  if (retired !== undefined) return retireIndex(run, retired)
  throw new TypeError(`${name} is no step of ${run.migration.name}`)
}

/** Runs a statement, or refuses it. */
type Guard = <T>(statement: () => Promise<T>) => Promise<T>

const unguarded: Guard = (statement) => statement()

export async function runSql({ lock, settings, migration, context }: StepRun, step: PostgresStep, guard: Guard = unguarded): Promise<void> {
  const { connection } = lock
  const watch = watchBuilds(settings, lock, context.onBuild)
  const send = (statement: string) => watch(step.name, () => connection.script(statement))
  for (const statement of statementsOf(step, sqlContext(settings))) {
    context.logger.debug(inOneLine(statement))
    if (migration.definition.tx) {
      if (migration.owner !== storeOwner) requireNoEnd(statement)
      await send(statement)
      continue
    }
    // A concurrent statement waits for older transactions, which `lock_timeout` would count, and nobody queues behind
    // it.
    const patience = /\bconcurrently\b/i.test(statement) ? 0 : lockTimeoutMs
    await connection.script(`set lock_timeout = ${patience}`)
    await withRetries(
      context.signal,
      () => (patience === 0 ? send(statement) : guard(() => send(statement))),
      async () => {},
    )
    await connection.script('reset lock_timeout')
  }
}

export async function runCode(run: StepRun, name: string, code: MigrationCode, guard: Guard = unguarded): Promise<void> {
  const { lock, settings, context } = run
  const session = sessionOn(lock, guard)
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
function sessionOn({ connection, isInTransaction }: RunLock, guard: Guard): MigrationSession {
  return {
    query: (text, values) =>
      guard(async () => {
        // Guarded statements are transactions of their own.
        if (isInTransaction()) requireNoEnd(text)
        return connection.query(text, values)
      }),
  }
}

/** Throws an error for a command that would end the transaction of the run. Without it, half of the work would stay. */
function requireNoEnd(text: string): void {
  const command = transactionCommand(text)
  if (command !== null) throw new Error(endsTransaction(command))
}

export function endsTransaction(command: string): string {
  return `\`${command}\` would end the transaction of the run: leave it out, or declare the migration with tx: false and use it outside of batches`
}

export function migrationContext(
  { names }: TargetSettings,
  { signal, logger }: RunContext,
): Pick<MigrationContext, 'signal' | 'logger' | 'schema'> {
  return { signal, logger, schema: names.schema }
}
