import { isNewerText } from '../../migrator/kernel/examine-ledger.js'
import type { IndexAction } from '../../migrator/kernel/index-findings.js'
import { migrationId } from '../../migrator/kernel/migration.js'
import { stopped } from '../../migrator/kernel/stopped.js'
import type { LockedTarget } from '../../migrator/kernel/target.js'
import { requireNotAborted } from '../../model/abort.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import { json, text } from '../readers.js'
import { declaredIndexes } from './declared-indexes.js'
import { migrationFailure } from './failures.js'
import { syncIndexes } from './indexes/sync-indexes.js'
import { indexesOfSql } from './indexes-of-sql.js'
import { beginEntry, begunRow, failEntry, finishEntry, finishedRow, forgetEntry, noteEntry, recordSteps } from './ledger.js'
import { ensureLedger, readLedgerOn } from './ledger-table.js'
import type { RunnablePostgresMigration } from './migration.js'
import { withRetries } from './retries.js'
import type { RunLock } from './run-lock.js'
import { runStep } from './run-steps.js'
import { serve } from './serve.js'
import type { StepRun, Work } from './step-run.js'
import type { TargetSettings } from './target-settings.js'
import { requireUndoable, requireWayBack, undoSteps } from './undo-steps.js'
import { watchBuilds } from './watch-builds.js'

/** A schema in which only this process runs migrations. */
export function lockedTarget(lock: RunLock, settings: TargetSettings): LockedTarget<RunnablePostgresMigration> {
  const { names } = settings
  const { connection } = lock
  return {
    signal: connection.lost,
    readLedger: () => lock.fenced(() => readLedgerOn(connection, names)),
    apply: (migration, steps, context) => lock.fenced(() => perform({ lock, settings, migration, context }, 'applying', applySteps(steps))),
    async revert(migration, context, { dropData = false }) {
      requireWayBack(migration)
      const run = { lock, settings, migration, context }
      await lock.fenced(async () => {
        if (!dropData) await requireUndoable(run)
        await perform(run, 'reverting', undoSteps(dropData))
      })
      return []
    },
    async syncIndexes(options, { signal, logger, onStep, onAction, onBuild }) {
      await lock.requireSession()
      await lock.requireOurs()
      const terms = {
        signal,
        logger,
        concurrently: true,
        watch: watchBuilds(settings, lock, onBuild),
        onStarted: ({ index }: IndexAction) => onStep(index, 'started'),
        onDone(action: IndexAction) {
          onStep(action.index, 'done')
          onAction?.(action)
        },
      }
      return lock.fenced(() =>
        syncIndexes(connection, names.schema, declaredIndexes(settings), { ...options, spares: indexesOfSql(settings) }, terms),
      )
    },
    async changeLedger({ applied, reverted, forgotten, note }) {
      const statements = [
        noteEntry(names, note),
        ...applied.flatMap(({ migration, steps }) => [
          beginEntry(names, migration, 'applying'),
          recordSteps(names, migration, steps),
          finishEntry(names, migration, 'applied'),
        ]),
        ...reverted.map((migration) => finishEntry(names, migration, 'reverted')),
        ...forgotten.map((id) => forgetEntry(names, id)),
      ]
      await ensureLedger(lock, names)
      await lock.atomically(async () => {
        for (const statement of statements) await connection.run(statement)
      })
    },
    serve: (roles) => lock.fenced(() => serve(lock, names, roles)),
    release: () => lock.release(),
  }
}

async function perform(run: StepRun, intent: 'applying' | 'reverting', work: Work): Promise<void> {
  const { lock, settings, migration, context } = run
  const { names } = settings
  const { tx } = migration.definition
  let at = migration.steps[0]?.name ?? 'intent'
  const begin = (step: string) => {
    at = step
  }
  const writeIntent = async () => {
    await requireNoNewerText(run)
    const [row = {}] = await lock.connection.run(beginEntry(names, migration, intent))
    const begun = begunRow.of(row)
    return { done: json(begun.steps), transaction: text(begun.transaction) }
  }
  const finish = async (transaction: string | null) => {
    const [row = {}] = await lock.connection.run(finishEntry(names, migration, intent === 'applying' ? 'applied' : 'reverted'))
    if (transaction !== null && text(finishedRow.of(row).transaction) !== transaction)
      throw new Error('the migration ended the transaction that it is, so what it did until then has stayed')
  }
  try {
    if (!tx) await lock.requireSession()
    await ensureLedger(lock, names)
    if (tx) {
      const whole = () =>
        lock.atomically(async () => {
          const { done, transaction } = await writeIntent()
          await work(run, done, begin)
          await finish(transaction)
        })
      // Between attempts a direct connection moves the lock to its session. Otherwise the run would keep its locks
      // through the pause.
      await withRetries(context.signal, whole, () => (lock.direct ? lock.requireSession() : Promise.resolve()))
    } else {
      await lock.requireOurs()
      await work(run, (await writeIntent()).done, begin)
      await finish(null)
    }
  } catch (error) {
    // Without a connection nothing can be recorded, and without the lock or after a refusal nothing was begun.
    const unbegun =
      isConversationStoreError(error, 'LEASE_LOST') ||
      isConversationStoreError(error, 'MIGRATION_REFUSED') ||
      (tx && isConversationStoreError(error, 'DATA_KEPT'))
    if (unbegun || lock.connection.lost.aborted) throw error
    // Code that is told to stop throws what it likes, or what the cancelled statement said.
    const failure = context.signal.aborted ? stopped(context.signal) : migrationFailure(error, names.schema, migration, at)
    await recordFailure(run, intent, at, failure)
    throw failure
  }
}

/**
 * Between the look at the ledger and this migration, another runner may have had the lock for a moment (see
 * run-lock.ts) and run a newer text. Throws MIGRATION_REFUSED, as the look at the ledger would have done.
 */
async function requireNoNewerText({ lock, settings: { names }, migration }: StepRun): Promise<void> {
  if (migration.repeatable === undefined) return
  const { entries } = await readLedgerOn(lock.connection, names)
  const newer = entries.filter((entry) => entry.id === migrationId(migration) && isNewerText(migration, entry)).map(({ id }) => id)
  if (newer.length === 0) return
  throw new ConversationStoreError('MIGRATION_REFUSED', { database: names.schema, changed: [], missing: [], outOfOrder: [], newer })
}

/** Records the failure separately, because what failed was rolled back together with its intent. */
async function recordFailure(
  { lock, settings, migration }: StepRun,
  intent: 'applying' | 'reverting',
  step: string,
  failure: ConversationStoreError,
): Promise<void> {
  if (!settings.recordsFailures) return lock.discard()
  if (isConversationStoreError(failure, 'ABORTED') || isConversationStoreError(failure, 'UNSUPPORTED')) return
  const told = { step, message: failure.message }
  await lock
    .atomically(async () => {
      const { tx } = migration.definition
      if (tx && intent === 'applying') await lock.connection.run(beginEntry(settings.names, migration, intent))
      await lock.connection.run(failEntry(settings.names, migration, told, intent === 'applying'))
    })
    .catch(() => {})
}

function applySteps(steps: readonly string[]): Work {
  return async (run, done, begin) => {
    const { lock, settings, migration, context } = run
    const { tx } = migration.definition
    const record = (finished: readonly string[]) => lock.connection.run(recordSteps(settings.names, migration, finished))
    const remaining = steps.filter((name) => !done.includes(name))
    for (const [at, step] of remaining.entries()) {
      begin(step)
      requireNotAborted(context.signal)
      if (!tx) await lock.requireOurs()
      // The step before may have left another path.
      if (!tx || at > 0) await lock.enterSchema()
      context.onStep(step, 'started')
      await runStep(run, step)
      if (!tx) await record([step])
      context.onStep(step, 'done')
    }
    if (tx) await record(remaining)
  }
}
