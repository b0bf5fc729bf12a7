import { migrationId } from '../../migrator/kernel/migration.js'
import { ConversationStoreError } from '../../model/errors.js'
import { sqlState } from '../translate-error.js'
import { unmakeIndex } from './change-indexes.js'
import type { RunnablePostgresMigration } from './migration.js'
import { runCode, runSql } from './run-steps.js'
import { downStep, dropStep, indexStep, statementsOf } from './runnable.js'
import { sqlContext } from './sql-context.js'
import type { StepRun, Work } from './step-run.js'
import { requireNoLoss, withoutLoss } from './without-loss.js'

/**
 * Runs `down` first, because it may need the indexes. Then it makes the indexes what they were before, the last one
 * first. Without `dropData`
 * it throws DATA_KEPT instead of dropping data: of a migration that is one transaction nothing is undone then, and of
 * another one not the statement at hand.
 */
export function undoSteps(dropData: boolean): Work {
  return async (run, _, begin) => {
    const { tx } = run.migration.definition
    const undo = (guard: Guard) => undoAll(run, begin, guard)
    if (dropData) return undo((work) => work())
    return tx ? withoutLoss(run, () => undo((work) => work())) : undo((work) => oneByOne(run, work))
  }
}

type Guard = <T>(work: () => Promise<T>) => Promise<T>

async function undoAll(run: StepRun, begin: (step: string) => void, guard: Guard): Promise<void> {
  const { lock, migration, context } = run
  const { down, indexes = [], drop = [] } = migration.definition
  begin(downStep)
  await lock.enterSchema()
  context.onStep(downStep, 'started')
  if (typeof down === 'function') await runCode(run, downStep, down, guard)
  for (const step of typeof down === 'object' ? down : []) {
    begin(step.name)
    await runSql(run, step, guard)
  }
  for (const name of [...drop].reverse()) {
    begin(indexStep({ name }))
    await unmakeIndex(run, name)
  }
  for (const { name } of [...indexes].reverse()) {
    begin(dropStep(name))
    await unmakeIndex(run, name)
  }
  context.onStep(downStep, 'done')
}

const notInTransaction = '25001'

/**
 * Runs a statement that is a transaction of its own. One that can't be part of any, such as a vacuum, drops no data.
 */
async function oneByOne<T>(run: StepRun, statement: () => Promise<T>): Promise<T> {
  try {
    return await withoutLoss(run, statement)
  } catch (error) {
    if (sqlState(error) !== notInTransaction || run.lock.isInTransaction()) throw error
    return statement()
  }
}

/**
 * Throws DATA_KEPT if a migration that is no transaction would lose data in the middle of its way back. What code does
 * is looked at statement by statement only.
 */
export async function requireUndoable(run: StepRun): Promise<void> {
  const { lock, settings, migration } = run
  const { tx, down } = migration.definition
  if (tx || typeof down !== 'object') return
  await lock.requireSession()
  const statements = down.flatMap((step) => statementsOf(step, sqlContext(settings)))
  await requireNoLoss(run, async () => {
    for (const statement of statements.filter((each) => !/\bconcurrently\b/i.test(each))) await lock.connection.script(statement)
  })
}

/** Throws UNSUPPORTED for a migration that made something and does not say how it is undone. */
export function requireWayBack(migration: RunnablePostgresMigration): void {
  const { steps, up, down } = migration.definition
  if (down !== undefined || (steps.length === 0 && up === undefined)) return
  throw new ConversationStoreError('UNSUPPORTED', {
    operation: `the way back of ${migrationId(migration)}`,
    needs: 'a `down` in its definition',
  })
}
