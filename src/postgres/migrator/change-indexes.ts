import { indexPlace } from './declared-indexes.js'
import { buildIndex } from './indexes/build-index.js'
import { conflict } from './indexes/built-index.js'
import { dropIndex } from './indexes/drop-index.js'
import { readLiveIndexes } from './indexes/live-indexes.js'
import { syncIndexes } from './indexes/sync-indexes.js'
import type { PostgresIndex } from './migration.js'
import type { StepRun } from './step-run.js'
import { watchBuilds } from './watch-builds.js'

/**
 * Makes an index of the migration: builds it, or puts it in the place of what an earlier migration has declared under
 * its name. Does nothing if a later migration of the run changes or retires it.
 */
export async function makeIndex(run: StepRun, index: PostgresIndex): Promise<void> {
  const { before, left } = indexPlace(run.settings, run.migration, run.context)
  if (left.has(index.name)) return
  if (before.has(index.name)) await setIndex(run, index)
  else await buildIndex(run.lock.connection, run.settings.names.schema, index, termsOf(run))
}

/** Drops an index that the migration retires. Throws INDEX_CONFLICT if a constraint rests on it. */
export async function retireIndex(run: StepRun, name: string): Promise<void> {
  const { connection, schema } = placeOf(run)
  const [live] = await readLiveIndexes(connection, schema, { tables: [], names: [name] })
  if (live === undefined) return
  if (live.required) throw conflict(schema, { table: live.table, name, columns: live.columns }, name, ['a constraint rests on it'])
  await dropIndex(connection, schema, live, termsOf(run))
}

/** The indexes that the migration changed or retired, as they were declared before it. */
export function formerIndexes({ settings, migration, context }: Pick<StepRun, 'settings' | 'migration' | 'context'>) {
  const { before } = indexPlace(settings, migration, context)
  const { indexes = [], drop = [] } = migration.definition
  return [...indexes.map(({ name }) => name), ...drop].flatMap((name) => before.get(name) ?? [])
}

/** Undoes what the migration did to an index: puts back what was declared before it, or drops it. */
export async function unmakeIndex(run: StepRun, name: string): Promise<void> {
  const former = formerIndexes(run).find((index) => index.name === name)
  if (former !== undefined) return setIndex(run, former)
  const { connection, schema } = placeOf(run)
  const [live] = await readLiveIndexes(connection, schema, { tables: [], names: [name] })
  if (live !== undefined && !live.required) await dropIndex(connection, schema, live, termsOf(run))
}

async function setIndex(run: StepRun, index: PostgresIndex): Promise<void> {
  const { connection, schema } = placeOf(run)
  await syncIndexes(connection, schema, [index], { indexSet: null, prune: false, collection: null }, termsOf(run))
}

function placeOf({ lock, settings }: StepRun) {
  return { connection: lock.connection, schema: settings.names.schema }
}

function termsOf({ lock, settings, migration, context }: StepRun) {
  const watch = watchBuilds(settings, lock, context.onBuild)
  return { signal: context.signal, logger: context.logger, concurrently: !migration.definition.tx, watch }
}
