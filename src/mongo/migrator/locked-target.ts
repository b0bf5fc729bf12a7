import type { Ledger } from '../../migrator/kernel/ledger.js'
import { migrationId } from '../../migrator/kernel/migration.js'
import { stopped } from '../../migrator/kernel/stopped.js'
import type { LockedTarget, PassedRows, RevertTerms, RunContext } from '../../migrator/kernel/target.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { Lease } from '../../store/lease.js'
import type { Deployment } from '../deployment.js'
import type { MongoCollection, MongoDb } from '../driver.js'
import { translated } from '../translate-error.js'
import { batchOf } from './batch.js'
import { declaredIndexes } from './declared-indexes.js'
import { dropMade, putBack } from './drop-made.js'
import { isRecorded, migrationFailure } from './failures.js'
import { heldDb } from './held-db.js'
import { databaseOf } from './indexes/explain-refusal.js'
import { syncIndexes } from './indexes/sync-indexes.js'
import { indexesOfCode } from './indexes-of-code.js'
import { readLedger } from './ledger.js'
import type { LedgerWrites } from './ledger-writes.js'
import type { MigrationContext, MongoMigration } from './migration.js'
import { requireFree } from './require-free.js'
import type { RunSession } from './run-session.js'
import { runStep } from './run-steps.js'
import { type BuildsToWatch, watchBuilds } from './watch-builds.js'

export interface LockedMongo {
  /** The session of the batches. */
  readonly session: RunSession
  readonly db: MongoDb
  readonly migrations: readonly MongoMigration[]
  readonly ledger: MongoCollection
  readonly deployment: () => Promise<Deployment>
  readonly lease: Lease
  readonly writes: LedgerWrites
  readonly builds: BuildsToWatch
  /** The ledger as it was when the lease was acquired. Null if it has to be read. */
  readonly firstLedger: Ledger | null
}

const indexesDown = 'indexes'
const down = 'down'

export function lockedTarget(locked: LockedMongo): LockedTarget<MongoMigration> {
  const { db, ledger, lease, writes, migrations, builds } = locked
  let first = locked.firstLedger
  let seen: Ledger | null = null
  let isFree = false
  const contextOf = (migration: MongoMigration, direction: 'up' | 'down', run: RunContext): MigrationContext => {
    const signal = AbortSignal.any([run.signal, lease.signal])
    const { requireHeld } = lease
    const onRows = (rows: PassedRows) => run.onRows?.(rows)
    const batch = batchOf({ ...locked, migration, direction, size: run.batchSize, signal, onRows, requireHeld })
    return { signal, logger: run.logger, batch, dryRun: false }
  }

  /** Runs a step, and records what it throws in the ledger, unless another process is the runner now. */
  const recorded = async <T>(migration: MongoMigration, step: string, run: RunContext, work: () => Promise<T>): Promise<T> => {
    if (run.signal.aborted) throw stopped(run.signal)
    lease.requireHeld()
    run.onStep(step, 'started')
    try {
      return await work()
    } catch (error) {
      if (lease.signal.aborted) throw lease.signal.reason
      if (run.signal.aborted) throw stopped(run.signal)
      const failure = migrationFailure(error, databaseOf(db), migration, step)
      if (isRecorded(failure)) await writes.fail(migration, step, failure.message).catch(() => undefined)
      throw failure
    }
  }

  /** Before the first change, because afterwards the store's collections may hold documents of its own. */
  const requireFreeOnce = async () => {
    if (isFree) return
    await requireFree(db, migrations, seen ?? (await readLedger(ledger)))
    isFree = true
  }

  /** What was there before comes first, so that there is no moment with neither. */
  const undoIndexes = async (migration: MongoMigration, run: RunContext, terms: RevertTerms) => {
    const signal = AbortSignal.any([run.signal, lease.signal])
    await putBack(db, migration, migrations, { signal, beforeCommand: async () => lease.requireHeld() })
    return dropMade(db, migration, migrations, terms)
  }

  return {
    signal: lease.signal,
    async readLedger() {
      const known = first
      first = null
      seen = known ?? (await translated(() => readLedger(ledger)))
      return seen
    },
    apply: (migration, steps, run) =>
      translated(async () => {
        await requireFreeOnce()
        await writes.begin(migration, 'applying')
        for (const [index, step] of steps.entries()) {
          await recorded(migration, step, run, () =>
            runStep(
              { db, lease, migrations, goesOnTo: run.goesOnTo, watch: watchBuilds(builds, run.onBuild) },
              migration,
              step,
              contextOf(migration, 'up', run),
            ),
          )
          await writes.recordStep(migration, step, index === steps.length - 1)
          run.onStep(step, 'done')
        }
        if (steps.length === 0) await writes.finish(migration, 'applied')
      }),
    revert: (migration, run, terms) =>
      translated(async () => {
        const { definition } = migration
        if (definition.up && !definition.down) {
          const needs = `a \`down\` in ${migrationId(migration)}: without one it can't be undone`
          throw new ConversationStoreError('UNSUPPORTED', { operation: 'down', needs })
        }
        await writes.begin(migration, 'reverting')
        if (definition.down) {
          await recorded(migration, down, run, async () =>
            definition.down?.(heldDb(db, lease.requireHeld), definition.collectionName, contextOf(migration, 'down', run)),
          )
          run.onStep(down, 'done')
        }
        const kept = await recorded(migration, indexesDown, run, () => undoIndexes(migration, run, terms))
        await writes.finish(migration, 'reverted')
        run.onStep(indexesDown, 'done')
        return kept
      }),
    changeLedger: ({ applied, reverted, forgotten, note }) =>
      translated(async () => {
        await writes.note(note)
        for (const { migration, steps } of applied) {
          await writes.begin(migration, 'applying')
          for (const step of steps) await writes.recordStep(migration, step, false)
          await writes.finish(migration, 'applied')
        }
        for (const migration of reverted) await writes.finish(migration, 'reverted')
        if (forgotten.length > 0) await writes.forget(forgotten)
      }),
    syncIndexes: (options, run) =>
      translated(async () => {
        await requireFreeOnce()
        return syncIndexes(
          db,
          declaredIndexes(migrations),
          { ...options, spares: indexesOfCode(migrations) },
          {
            signal: AbortSignal.any([run.signal, lease.signal]),
            watch: watchBuilds(builds, run.onBuild),
            beforeCommand: async () => lease.requireHeld(),
            onStarted: ({ index }) => run.onStep(index, 'started'),
            onDone: (action) => {
              run.onStep(action.index, 'done')
              run.onAction?.(action)
            },
          },
        )
      }),
    // An error is ignored, because a lease that could not be released expires by itself.
    async release() {
      await lease.release().catch(() => undefined)
      // Whoever took the lease over may still end the session.
      if (!lease.signal.aborted) await locked.session.giveBack()
    },
  }
}
