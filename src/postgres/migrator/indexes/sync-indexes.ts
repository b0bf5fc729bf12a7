import type { BuildWatch } from '../../../migrator/kernel/index-build.js'
import type { IndexAction } from '../../../migrator/kernel/index-findings.js'
import type { MigrationLogger } from '../../../migrator/kernel/target.js'
import { requireNotAborted } from '../../../model/abort.js'
import type { MigrationSession, PostgresIndex } from '../migration.js'
import { buildIndex } from './build-index.js'
import { conflict } from './built-index.js'
import { dropIndex } from './drop-index.js'
import { renameIndexSql, replacementName } from './index-sql.js'
import type { LiveIndex } from './live-indexes.js'
import { withLockTimeout } from './lock-timeout.js'
import { type IndexPlanOptions, type PlannedAction, planActions, replaceObstacles } from './plan-index-sync.js'

export interface SyncTerms {
  readonly signal: AbortSignal
  readonly logger: MigrationLogger
  /** False inside a transaction. */
  readonly concurrently: boolean
  readonly watch?: BuildWatch
  /** Called when an action begins, and when it is done. */
  readonly onStarted?: (action: IndexAction) => void
  readonly onDone?: (action: IndexAction) => void
}

/**
 * Makes the indexes what is declared. A second call does nothing. After an
 * interruption the next call continues. Throws as `buildIndex` does, and what was done before stays.
 */
export async function syncIndexes(
  session: MigrationSession,
  schema: string,
  declared: readonly PostgresIndex[],
  options: IndexPlanOptions,
  terms: SyncTerms,
): Promise<readonly IndexAction[]> {
  const done: IndexAction[] = []
  for (const planned of await planActions(session, schema, declared, options)) {
    requireNotAborted(terms.signal)
    terms.onStarted?.(planned.action)
    await carryOut(session, schema, planned, terms)
    terms.onDone?.(planned.action)
    done.push(planned.action)
  }
  return done
}

async function carryOut(
  session: MigrationSession,
  schema: string,
  { action, declared, live }: PlannedAction,
  terms: SyncTerms,
): Promise<void> {
  if (declared === null) {
    if (live !== null) await dropIndex(session, schema, live, terms)
    return
  }
  if (action.action === 'change' && live !== null) return rename(session, schema, declared, live.name, terms)
  if (action.action === 'replace' && live !== null) return replace(session, schema, declared, live, terms)
  await buildIndex(session, schema, declared, terms)
}

/**
 * Replaces an index without a moment in which neither exists: the new one does what the old one guards or serves before
 * the old one is dropped.
 */
async function replace(
  session: MigrationSession,
  schema: string,
  declared: PostgresIndex,
  old: LiveIndex,
  terms: SyncTerms,
): Promise<void> {
  const obstacles = replaceObstacles(declared, old)
  if (obstacles.length > 0) throw conflict(schema, declared, old.name, obstacles)
  const next = { ...declared, name: replacementName(declared.name) }
  await buildIndex(session, schema, next, terms)
  await dropIndex(session, schema, old, terms)
  await rename(session, schema, declared, next.name, terms)
}

async function rename(session: MigrationSession, schema: string, declared: PostgresIndex, from: string, terms: SyncTerms): Promise<void> {
  const change = { schema, table: declared.table, object: `index ${from}`, signal: terms.signal, logger: terms.logger }
  await withLockTimeout(session, change, () => session.query(renameIndexSql(schema, from, declared.name)))
}
