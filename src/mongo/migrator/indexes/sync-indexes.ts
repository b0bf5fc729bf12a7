import type { BuildWatch } from '../../../migrator/kernel/index-build.js'
import type { IndexAction } from '../../../migrator/kernel/index-findings.js'
import { requireNotAborted } from '../../../model/abort.js'
import { type ConversationStoreError, isConversationStoreError } from '../../../model/errors.js'
import { contentionPause } from '../../contention-pause.js'
import type { MongoDb } from '../../driver.js'
import type { DeclaredIndex } from './declared-index.js'
import { conflict } from './explain-refusal.js'
import { runIndexCommand } from './index-commands.js'
import type { PlannedAction } from './plan-collection.js'
import { actionOf, type IndexPlanOptions, planSync } from './plan-index-sync.js'

export interface IndexSyncRun {
  readonly signal?: AbortSignal
  readonly watch?: BuildWatch
  /** Called before each command. What it throws ends the run, for example when a lease was lost. */
  beforeCommand?(): Promise<void>
  onStarted?(action: IndexAction): void
  onDone?(action: IndexAction): void
}

// How many rounds may find something to do. One is usual, and the others are for what another process changes
// meanwhile.
const rounds = 3

/**
 * Turns the indexes into the declared ones. A second call does nothing. If the server refuses an index, the others are
 * still made, and the refusal is thrown at the end. Throws INDEX_CONFLICT, DUPLICATE_KEYS, ABORTED.
 */
export async function syncIndexes(
  db: MongoDb,
  declared: readonly DeclaredIndex[],
  options: IndexPlanOptions,
  run: IndexSyncRun = {},
): Promise<readonly IndexAction[]> {
  const done: IndexAction[] = []
  const refusals = new Map<string, unknown>()
  for (let round = 1; ; ) {
    const left = (await planSync(db, declared, options)).filter((each) => !refusals.has(keyOf(each)))
    if (left.length === 0) break
    const ready = left.filter(({ waitsFor }) => waitsFor === null)
    if (ready.length > 0 && round++ > rounds) throw conflict(db, ...unsettled(ready))
    for (const each of ready) {
      const refusal = await refusalOf(db, each, run)
      if (refusal !== null) refusals.set(keyOf(each), refusal)
      else done.push(actionOf(db, each))
    }
    if (ready.length === 0) await pauseUnless(run.signal)
  }
  const [refusal] = refusals.values()
  if (refusal !== undefined) throw refusal
  return done
}

function keyOf({ collection, action, index }: PlannedAction): string {
  return JSON.stringify([collection, action, index])
}

/** Runs one action. Returns why the server, or the plan, does not allow it, or null. */
async function refusalOf(db: MongoDb, planned: PlannedAction, run: IndexSyncRun): Promise<ConversationStoreError | null> {
  const { refusal } = planned
  if (refusal !== null) return conflict(db, refusal.declared, { name: refusal.found, differences: refusal.differences })
  const action = actionOf(db, planned)
  run.onStarted?.(action)
  const mayGoOn = async () => {
    requireNotAborted(run.signal)
    await run.beforeCommand?.()
  }
  for (const command of planned.commands) {
    await mayGoOn()
    try {
      await runIndexCommand(db, command, { mayGoOn, ...(run.watch && { watch: run.watch }) })
    } catch (error) {
      if (isConversationStoreError(error, 'INDEX_CONFLICT') || isConversationStoreError(error, 'DUPLICATE_KEYS')) return error
      throw error
    }
  }
  run.onDone?.(action)
  return null
}

function unsettled([first]: readonly PlannedAction[]): [DeclaredIndex, { name: string; differences: readonly string[] }] {
  const { collection, index, action } = first ?? { collection: '', index: '', action: 'create' }
  return [
    { collection, key: {}, options: { name: index } },
    { name: index, differences: [`it still needs ${action}: somebody else changes it`] },
  ]
}

const longPause = 6

async function pauseUnless(signal: AbortSignal | undefined): Promise<void> {
  requireNotAborted(signal)
  await contentionPause(longPause)
}
