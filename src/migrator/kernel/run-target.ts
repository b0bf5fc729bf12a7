import { ConversationStoreError } from '../../model/errors.js'
import type { KeptData } from '../../model/kept-data.js'
import { type Examination, examineLedger, inOrderOfRunning, type PendingMigration } from './examine-ledger.js'
import { buildInWords, type IndexBuild } from './index-build.js'
import type { Ledger } from './ledger.js'
import { compareVersions, type Migration, migrationId } from './migration.js'
import { stopped } from './stopped.js'
import type {
  LockedTarget,
  LockHolder,
  MigrationLogger,
  MigrationTarget,
  PassedRows,
  PreviewedStep,
  RevertTerms,
  RunContext,
} from './target.js'

/** How the migrations of one database are run. */
export interface TargetRun<M extends Migration> {
  /** The name of the index set that the run makes in addition to the store's. */
  readonly indexSet: string
  /** How long to wait for another runner, in milliseconds. */
  readonly lockWaitMs: number
  readonly signal: AbortSignal | null
  readonly logger: MigrationLogger
  /** Documents or rows in a batch. */
  readonly batchSize: number
  /** True previews statements in full. */
  readonly verbose?: boolean
  /**
   * True runs a migration that comes before an applied one of its collection. Otherwise such a migration is refused.
   */
  readonly allowOutOfOrder: boolean
  /** Roles that serve, for engines that have such roles. Each is granted what it needs. */
  readonly servingRoles?: readonly string[]
  /** Chooses the migrations to run. Without it, all of them are run. */
  readonly select?: (migration: M) => boolean
  readonly onWait?: (holder: LockHolder | null) => void
  readonly onStep?: (migration: string, step: string) => void
  readonly onRows?: (migration: string, step: string, rows: PassedRows) => void
  readonly onBuild?: (migration: string, step: string, build: IndexBuild) => void
}

/**
 * What a call did. `applied` holds the ids of the migrations that it ran or undid, in order, and is empty if there was
 * nothing to do.
 */
export interface TargetOutcome {
  readonly applied: readonly string[]
}

/**
 * Brings one database to the program's version. If the database is there already, this takes one command. Throws
 * MIGRATION_REFUSED (the ledger and the program contradict each other, or the database is newer), MIGRATION_LOCKED,
 * MIGRATION_FAILED, DUPLICATE_KEYS, INDEX_CONFLICT, LEASE_LOST and ABORTED.
 */
export async function migrateTarget<M extends Migration>(target: MigrationTarget<M>, run: TargetRun<M>): Promise<TargetOutcome> {
  const { servingRoles = [] } = run
  if (pendingOf(target, await target.readLedger(), run).length === 0 && servingRoles.length === 0) return { applied: [] }
  return underLock(target, run, async (locked, signal) => {
    // The ledger is read again, because the process that had the lock before may have run everything.
    const applied: string[] = []
    for (const { migration, steps } of pendingOf(target, await locked.readLedger(), run)) {
      if (signal.aborted) throw stopped(signal)
      await locked.apply(migration, steps, contextOf(target, run, signal, migration))
      applied.push(migrationId(migration))
    }
    if (servingRoles.length > 0) await locked.serve?.(servingRoles)
    return { applied }
  })
}

export interface MigrationPreview {
  readonly migration: string
  readonly steps: readonly PreviewedStep[]
}

/**
 * Returns what `migrateTarget` would do. It takes no lock and writes nothing. Throws MIGRATION_REFUSED where
 * `migrateTarget` does.
 */
export async function previewTarget<M extends Migration>(
  target: MigrationTarget<M>,
  run: TargetRun<M>,
): Promise<readonly MigrationPreview[]> {
  const previews = []
  const signal = run.signal ?? new AbortController().signal
  const ledger = await target.readLedger()
  for (const { migration, steps } of pendingOf(target, ledger, run)) {
    const context = { ...contextOf(target, run, signal, migration), ledger }
    previews.push({ migration: migrationId(migration), steps: await target.preview(migration, steps, context) })
  }
  return previews
}

/**
 * Which migrations to undo: all that are later than `to` in their collection, or, if `to` is null, only the last one.
 */
export interface Revert extends RevertTerms {
  readonly to: string | null
}

/**
 * Returns what `revertTarget` would do. It takes no lock and writes nothing. Throws MIGRATION_REFUSED where
 * `revertTarget` does.
 */
export async function previewRevert<M extends Migration>(
  target: MigrationTarget<M>,
  run: TargetRun<M>,
  revert: Revert,
): Promise<readonly MigrationPreview[]> {
  const previews = []
  const signal = run.signal ?? new AbortController().signal
  for (const migration of toRevert(target, await target.readLedger(), run, revert)) {
    const steps = await target.previewRevert(migration, contextOf(target, run, signal, migration))
    // With `dropData` the data is no obstacle.
    previews.push({ migration: migrationId(migration), steps: revert.dropData ? steps.map((step) => ({ ...step, obstacles: [] })) : steps })
  }
  return previews
}

/**
 * Undoes migrations, starting with the last. It stops at one that would take data along, because those before it may be
 * what it builds on. Throws what `migrateTarget` throws, and DATA_KEPT.
 */
export async function revertTarget<M extends Migration>(
  target: MigrationTarget<M>,
  run: TargetRun<M>,
  revert: Revert,
): Promise<TargetOutcome & { readonly kept: readonly KeptData[] }> {
  if (toRevert(target, await target.readLedger(), run, revert).length === 0) return { applied: [], kept: [] }
  return underLock(target, run, async (locked, signal) => {
    const applied: string[] = []
    const kept: KeptData[] = []
    for (const migration of toRevert(target, await locked.readLedger(), run, revert)) {
      if (signal.aborted) throw stopped(signal)
      kept.push(...(await locked.revert(migration, contextOf(target, run, signal, migration), revert)))
      applied.push(migrationId(migration))
    }
    return { applied, kept }
  })
}

/** Throws MIGRATION_REFUSED unless the ledger and the program agree. */
export function requireRunnable(database: string, examination: Examination<Migration>, allowOutOfOrder: boolean): void {
  const { changed, missing, newer } = examination
  const outOfOrder = allowOutOfOrder ? [] : examination.outOfOrder
  if ([changed, missing, newer, outOfOrder].every((ids) => ids.length === 0)) return
  throw new ConversationStoreError('MIGRATION_REFUSED', { database, changed, missing, outOfOrder, newer })
}

/**
 * Throws MIGRATION_REFUSED if the program must leave the database alone. An order that only matters when a migration
 * runs is no reason.
 */
export function requireOwn<M extends Migration>(target: MigrationTarget<M>, ledger: Ledger, indexSet: string): void {
  requireRunnable(target.database, examineLedger(target.migrations, ledger, indexSet, target.answersFor), true)
}

function pendingOf<M extends Migration>(target: MigrationTarget<M>, ledger: Ledger, run: TargetRun<M>): readonly PendingMigration<M>[] {
  const examination = examineLedger(target.migrations, ledger, run.indexSet, target.answersFor)
  requireRunnable(target.database, examination, run.allowOutOfOrder)
  return examination.pending.filter(({ migration }) => run.select?.(migration) ?? true)
}

function toRevert<M extends Migration>(target: MigrationTarget<M>, ledger: Ledger, run: TargetRun<M>, { to }: Revert): readonly M[] {
  requireOwn(target, ledger, run.indexSet)
  const begun = new Set(ledger.entries.filter(({ state }) => state !== 'reverted').map(({ id }) => id))
  const last = inOrderOfRunning(target.migrations)
    .filter((migration) => begun.has(migrationId(migration)) && (run.select?.(migration) ?? true))
    .filter((migration) => to === null || compareVersions(migration.version, to) > 0)
    .reverse()
  return to === null ? last.slice(0, 1) : last
}

/** Does `work` as the only runner of the database. */
export async function underLock<M extends Migration, T>(
  target: MigrationTarget<M>,
  run: TargetRun<M>,
  work: (locked: LockedTarget<M>, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { lockWaitMs: waitMs, signal, onWait = () => {} } = run
  const locked = await target.lock({ waitMs, signal, onWait })
  try {
    return await work(locked, signal === null ? locked.signal : AbortSignal.any([signal, locked.signal]))
  } finally {
    await locked.release()
  }
}

function contextOf<M extends Migration>(
  { migrations }: MigrationTarget<M>,
  { logger, batchSize, verbose = false, onStep, onRows, onBuild, select }: TargetRun<M>,
  signal: AbortSignal,
  migration: M,
): RunContext {
  const id = migrationId(migration)
  const leftOut = new Set(select === undefined ? [] : migrations.filter((each) => !select(each)).map(migrationId))
  let startedAt = performance.now()
  let current = ''
  return {
    signal,
    logger,
    batchSize,
    verbose,
    goesOnTo: (later) => !leftOut.has(later),
    onStep(step, state) {
      if (state === 'started') {
        startedAt = performance.now()
        current = step
        onStep?.(id, step)
      }
      logger.debug(state === 'started' ? `${id} ${step}: begun` : `${id} ${step}: done in ${Math.round(performance.now() - startedAt)} ms`)
    },
    onRows: (rows) => onRows?.(id, current, rows),
    onBuild(build) {
      logger.debug(`${id} ${current}: ${build.index}: ${buildInWords(build)}`)
      onBuild?.(id, current, build)
    },
  }
}
