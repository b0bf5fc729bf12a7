import type { PostgresDriver } from '../../postgres/drivers.js'
import type { RunConnection } from '../../postgres/migrator/connection.js'
import { isBuilt } from '../../postgres/migrator/indexes/built-index.js'
import { createIndexSql, dropIndexSql, qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { quote } from '../../postgres/names.js'
import type { Adoption } from '../adoption.js'
import { keptOptions } from '../kept-guards.js'
import { changedBySwap } from '../merge-tables.js'
import { type UnderLease, withLease } from '../run-pass.js'
import type { SwapOptions, SwapPlan, SwapState, SwapVerified } from '../swap-types.js'
import { buildWatched } from './build-watched.js'
import { type DroppedIndex, type DroppedIndexes, droppedIndexes, makeAgain } from './dropped-indexes.js'
import { dropGuardStatements, guardStatements, hasGuard } from './guard-trigger.js'
import { keptGuards } from './kept-guards.js'
import { markDoubles } from './mark-doubles.js'
import { mergeDuplicateConversations } from './merge-duplicate-conversations.js'
import { passTable } from './passes.js'
import { type PrimaryKey, primaryKey } from './primary-key.js'
import { withConnection } from './sessions.js'
import { buildOptions, changeTable, dropIndexNamed, dropOurs, requireOurs } from './table-changes.js'
import { tablesBackup } from './tables-backup.js'
import { readDoubles, readFound, readState, type SwapIndexes, swapIndexes } from './unique-indexes.js'

type Steps = Omit<Adoption<SwapPlan, SwapVerified, SwapVerified, SwapVerified>, 'run'>

export function swapUniqueIndex(driver: PostgresDriver, options: SwapOptions): Steps {
  const indexes = swapIndexes(driver, options)
  const { table } = indexes
  const lease = { table: passTable(driver, table.schema), key: `index of ${table.name}`, database: table.schema }
  const state = () => withConnection(driver, (session) => readState(session, indexes, options.oldIndex))
  const guards = keptGuards(driver, table.schema)
  const guard = {
    helper: 'swapUniqueIndex',
    table: table.name,
    options: keptOptions(options, ['conversations', 'over', 'oldIndex', 'newIndex']),
  } as const
  const dropped = droppedIndexes(table)
  const verified = async () => {
    const now = await state()
    return { ...now, ok: now.state === 'unique' && now.old.length === 0 }
  }
  return {
    async plan() {
      const now = await state()
      const warnings = now.note === null ? [] : [now.note]
      return {
        ...now,
        ...(await tablesBackup(driver, table.schema, changedBySwap(driver, table.name, options), new Date())),
        revertible: 'while the old key is unique',
        statements: statementsOf(indexes, now),
        warnings,
      }
    },
    async apply() {
      const key = await primaryKey(driver, table.schema, table.name)
      return withLease(options, lease, async ({ requireHeld }) => {
        await applySwap(driver, indexes, { ...options, requireHeld }, key, dropped)
        const now = await verified()
        if (now.ok) await guards.remember(guard)
        return now
      })
    },
    verify: verified,
    async revert() {
      await withLease(options, lease, async () => {
        await withConnection(driver, async (session) => {
          await revertSwap(session, indexes, options, await oldOnes(session, indexes, dropped))
          await dropped.forget(session)
        })
        await guards.forget(guard)
      })
      return verified()
    },
  }
}

/**
 * What the way back makes again. An older version did not keep what its swap dropped, and then it is the index that it
 * would have been.
 */
async function oldOnes(session: RunConnection, indexes: SwapIndexes, dropped: DroppedIndexes): Promise<readonly DroppedIndex[]> {
  const kept = await dropped.read(session)
  if (kept !== null) return kept
  const { wanted, guard } = await readFound(session, indexes)
  return wanted || guard ? [{ index: indexes.old, constraint: null }] : []
}

/** The work of `apply`, under the lease of whoever calls it. What it drops is kept in `dropped`, if that is given. */
export async function applySwap(
  driver: PostgresDriver,
  indexes: SwapIndexes,
  options: UnderLease<SwapOptions>,
  key: PrimaryKey,
  dropped: DroppedIndexes | null = null,
): Promise<void> {
  await withConnection(driver, async (session) => dropped?.keep(session, []))
  const isReady = await withConnection(driver, (session) => prepare(session, indexes, options, key))
  if (!isReady && options.merge !== undefined) {
    const { db: _, ...common } = options
    await mergeDuplicateConversations(driver, { ...common, db: driver, ...options.merge, over: indexes.key.over }).apply()
  }
  await withConnection(driver, async (session) => {
    const now = await readState(session, indexes, options.oldIndex)
    if (now.doubles === null) await finish(session, indexes, options, dropped)
  })
}

/** Sees to it that no further double can come. Returns whether there are none. Throws INDEX_CONFLICT. */
async function prepare(session: RunConnection, indexes: SwapIndexes, options: UnderLease<SwapOptions>, key: PrimaryKey): Promise<boolean> {
  const { table, wanted, guard, marked, markColumn } = indexes
  // Before anything is changed, because another index under the name is for somebody to decide about.
  await isBuilt(session, table.schema, wanted, buildOptions(options))
  const found = await readFound(session, indexes, options.oldIndex)
  // Where an old unique index stands over all rows, no two have one inbox and customer, so there are no doubles and
  // none can come.
  if (found.wanted || found.old.some(({ isWhole }) => isWhole)) return true
  if (!found.guard) {
    await changeTable(session, table, options, 'the trigger that refuses doubles', guardStatements(indexes, { markedOnly: false }))
    const column = `alter table ${qualified(table.schema, table.name)} add column if not exists ${quote(markColumn)} boolean`
    await changeTable(session, table, options, `the column ${markColumn}`, [column])
    await markDoubles(session, indexes, key, options)
    for (const index of [marked, guard]) await buildWatched(session, table.schema, index, options)
  }
  // Another version of the library may have begun, or a run may have ended before the trigger knew of the marks.
  if (!(await hasGuard(session, indexes)))
    await changeTable(session, table, options, 'the trigger that refuses doubles', guardStatements(indexes, { markedOnly: true }))
  return (await readState(session, indexes, options.oldIndex)).doubles === null
}

/**
 * Where the wanted index goes by a column of ours that was not set for a while, doubles came past it. It would refuse
 * to have the column set, so the trigger stands in for it, and `applySwap` does the rest. What is dropped is kept in
 * `passed`. Under the lease of whoever calls it.
 */
export async function guardPassedKey(
  session: RunConnection,
  indexes: SwapIndexes,
  options: SwapOptions,
  passed: DroppedIndexes,
): Promise<void> {
  const { table, wanted } = indexes
  const standing = await readFound(session, indexes, options.oldIndex)
  if (!standing.wanted || (await readDoubles(session, indexes)) === null) return
  if (!standing.guard)
    await changeTable(session, table, options, 'the trigger that refuses doubles', guardStatements(indexes, { markedOnly: false }))
  await passed.keep(session, [wanted.name])
  await dropIndexNamed(session, table, options, wanted.name)
}

/** Builds the index that is wanted, and then drops what stood in for it, and the old ones. */
async function finish(session: RunConnection, indexes: SwapIndexes, options: SwapOptions, dropped: DroppedIndexes | null): Promise<void> {
  const { table, wanted, guard, marked, markColumn } = indexes
  await buildWatched(session, table.schema, wanted, options)
  for (const index of [guard, marked]) await dropOurs(session, table, options, index)
  await changeTable(session, table, options, 'the trigger that refuses doubles', dropGuardStatements(indexes))
  const column = `alter table ${qualified(table.schema, table.name)} drop column if exists ${quote(markColumn)}`
  await changeTable(session, table, options, `the column ${markColumn}`, [column])
  const { old: olds } = await readFound(session, indexes, options.oldIndex)
  if (olds.length > 0)
    await dropped?.keep(
      session,
      olds.map(({ name }) => name),
    )
  for (const old of olds) await dropIndexNamed(session, table, options, old.name)
}

/**
 * The work of `revert`, under the lease of whoever calls it: makes the old ones, and then drops what a swap made.
 * Throws INDEX_CONFLICT before that, for a name of these that is another index's by now.
 */
export async function revertSwap(
  session: RunConnection,
  indexes: SwapIndexes,
  options: SwapOptions,
  olds: readonly DroppedIndex[],
): Promise<void> {
  const { table, wanted, guard, marked, markColumn } = indexes
  await requireOurs(session, table, [wanted, guard, marked])
  for (const old of olds) await makeAgain(session, table, options, old)
  for (const index of [wanted, guard, marked]) await dropOurs(session, table, options, index)
  await changeTable(session, table, options, 'the trigger that refuses doubles', dropGuardStatements(indexes))
  await changeTable(session, table, options, `the column ${markColumn}`, [
    `alter table ${qualified(table.schema, table.name)} drop column if exists ${quote(markColumn)}`,
  ])
}

export function statementsOf(indexes: SwapIndexes, { state, old, doubles }: SwapState): readonly string[] {
  const { table, wanted, guard, marked } = indexes
  const create = (index: typeof wanted) => createIndexSql(table.schema, index, { concurrently: true })
  const needsGuard = state === 'absent' && (old.length === 0 || doubles !== null)
  return [
    ...(needsGuard ? [...guardStatements(indexes, { markedOnly: false }).slice(1), create(marked), create(guard)] : []),
    ...(doubles === null ? [] : [`merge ${doubles.totalGroups} group(s) of doubles`]),
    ...(state === 'unique' ? [] : [create(wanted)]),
    ...old.map((name) => dropIndexSql(table.schema, name, { concurrently: true })),
  ]
}
