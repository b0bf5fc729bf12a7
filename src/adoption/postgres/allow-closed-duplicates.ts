import { ConversationStoreError } from '../../model/errors.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import type { RunConnection } from '../../postgres/migrator/connection.js'
import { findDuplicates } from '../../postgres/migrator/indexes/find-duplicates.js'
import { createIndexSql } from '../../postgres/migrator/indexes/index-sql.js'
import type { Adoption } from '../adoption.js'
import type { AllowClosedOptions, AllowClosedPlan, AllowClosedState, AllowClosedVerified, ConnectionState } from '../allow-closed-types.js'
import { type ClosedTable, closedTableOf, conversationsBy } from '../closed-tables.js'
import { keptOptions } from '../kept-guards.js'
import { prismaChange } from '../prisma-schema.js'
import { type UnderLease, withLease } from '../run-pass.js'
import type { SwapOptions } from '../swap-types.js'
import { activeKeyStatements, countWrongKeys, dropActiveKey, fillActiveKeys, hasActiveKey, setActiveKey } from './active-key.js'
import { type ConnectionIndexes, connectionIndexes, missingIndexes, presentTable } from './allow-closed-indexes.js'
import { problemsOf } from './allow-closed-problems.js'
import { buildWatched } from './build-watched.js'
import { droppedIndexes, makeAgain } from './dropped-indexes.js'
import { explainLookup } from './explain-lookup.js'
import { keptGuards } from './kept-guards.js'
import { passTable } from './passes.js'
import { predicateOf } from './predicate.js'
import { primaryKey } from './primary-key.js'
import { withConnection } from './sessions.js'
import { applySwap, guardPassedKey, revertSwap, statementsOf } from './swap-unique-index.js'
import { dropOurs, requireOurs } from './table-changes.js'
import { tablesBackup } from './tables-backup.js'
import { readDoubles, readState } from './unique-indexes.js'

type Steps = Omit<Adoption<AllowClosedPlan, AllowClosedVerified, AllowClosedVerified, AllowClosedVerified>, 'run'>

export function allowClosedDuplicates(driver: PostgresDriver, options: AllowClosedOptions): Steps {
  const given = closedTableOf(options)
  const lease = { table: passTable(driver, given.schema), key: `index of ${given.name}`, database: given.schema }
  const guards = keptGuards(driver, given.schema)
  const guard = {
    helper: 'allowClosedDuplicates',
    table: given.name,
    options: keptOptions(options, ['conversations', 'connections', 'enforce', 'keyColumn']),
  } as const
  const verified = async (): Promise<AllowClosedVerified> => {
    const state = await readAll(driver, await presentTable(driver, given))
    const problems = problemsOf(given, state)
    return { ...state, ok: problems.length === 0, problems }
  }
  return {
    async plan() {
      const table = await presentTable(driver, given)
      const state = await readAll(driver, table)
      const statements = await plannedStatements(driver, table, state)
      // With the key column the schema declares the column and its index, so that the trigger alone is left.
      const sql =
        table.enforce === 'key-column'
          ? activeKeyStatements(table).slice(1)
          : indexesOf(driver, table).map(({ swap }) => createIndexSql(table.schema, swap.wanted, { concurrently: false }))
      return {
        ...state,
        ...(await tablesBackup(driver, table.schema, [table.name], new Date())),
        revertible: 'while no customer has several conversations',
        statements,
        prisma: prismaChange(table, options.prisma ?? 7, { predicate: await predicateOf(driver, table), sql }),
        warnings: [],
      }
    },
    async apply() {
      const table = await presentTable(driver, given)
      return withLease(options, lease, async ({ requireHeld }) => {
        await apply(driver, table, { ...options, requireHeld })
        const now = await verified()
        if (now.ok) await guards.remember(guard)
        return now
      })
    },
    verify: verified,
    async revert() {
      const table = await presentTable(driver, given)
      await withLease(options, lease, async () => {
        await revert(driver, table, options)
        await guards.forget(guard)
      })
      return verified()
    },
  }
}

function indexesOf(driver: PostgresDriver, table: ClosedTable): readonly ConnectionIndexes[] {
  return table.connections.map((connection) => connectionIndexes(driver, table, connection))
}

async function readAll(driver: PostgresDriver, table: ClosedTable): Promise<AllowClosedState> {
  const connections: ConnectionState[] = []
  const isKey = table.enforce === 'key-column'
  const unkeyed = isKey ? await countWrongKeys(driver, table) : null
  for (const indexes of indexesOf(driver, table)) {
    const { connection, swap } = indexes
    const { state, old, ...found } = await withConnection(driver, (session) => readState(session, swap, swap.old.name))
    // Where keys are wrong, doubles come past the unique index over them.
    const isPassed = state === 'unique' && unkeyed !== null && unkeyed > 0
    const doubles = isPassed ? await withConnection(driver, (session) => readDoubles(session, swap)) : found.doubles
    const missing = await withConnection(driver, (session) => missingIndexes(session, table, indexes))
    const lookup = await explainLookup(driver, table, connection)
    connections.push({ connection, index: swap.wanted.name, state, old, doubles, missing: missing.map(({ name }) => name), lookup })
  }
  return { enforce: table.enforce, connections, trigger: isKey ? await hasActiveKey(driver, table) : null, unkeyed }
}

/** What the swap of one column's unique index is given. */
function swapOptions(
  db: PostgresDriver,
  table: ClosedTable,
  { swap, connection }: ConnectionIndexes,
  options: AllowClosedOptions,
): SwapOptions {
  const { status, activityAt, ...conversations } = conversationsBy(table, connection)
  const { customerName } = options.conversations ?? {}
  const named = { ...conversations, ...(customerName && { customerName }), status: table.status, activityAt: table.activityAt }
  const { logger, signal, onProgress, pace } = options
  const told = { ...(logger && { logger }), ...(signal && { signal }), ...(onProgress && { onProgress }), ...(pace && { pace }) }
  const merge = options.merge === undefined ? {} : { merge: options.merge }
  return { ...told, ...merge, db, conversations: named, over: 'active', oldIndex: swap.old.name, newIndex: swap.wanted.name }
}

async function apply(driver: PostgresDriver, table: ClosedTable, options: UnderLease<AllowClosedOptions>): Promise<void> {
  const key = await primaryKey(driver, table.schema, table.name)
  if (table.enforce === 'key-column') {
    await withConnection(driver, (session) => setActiveKey(driver, session, table, options))
    if ((await countWrongKeys(driver, table)) !== 0)
      for (const indexes of indexesOf(driver, table)) {
        const passed = droppedIndexes(table, indexes.swap.wanted.name)
        await withConnection(driver, (session) =>
          guardPassedKey(session, indexes.swap, swapOptions(driver, table, indexes, options), passed),
        )
      }
    await fillActiveKeys(driver, table, key, options)
  }
  let isDone = true
  for (const indexes of indexesOf(driver, table)) {
    const { swap } = indexes
    await withConnection(driver, async (session) => {
      for (const index of await missingIndexes(session, table, indexes)) await buildWatched(session, table.schema, index, options)
    })
    await applySwap(driver, swap, { ...swapOptions(driver, table, indexes, options), requireHeld: options.requireHeld }, key)
    const { state } = await withConnection(driver, (session) => readState(session, swap, swap.old.name))
    if (state !== 'unique') {
      isDone = false
      continue
    }
    await withConnection(driver, async (session) => {
      await dropOurs(session, table, options, indexes.other)
      // An index that stood aside for a while may have been that of a constraint, which the host's ORM looks for.
      const passed = droppedIndexes(table, swap.wanted.name)
      for (const each of (await passed.read(session)) ?? []) await makeAgain(session, table, options, each)
      await passed.forget(session)
    })
  }
  if (isDone && table.enforce === 'index') await withConnection(driver, (session) => dropActiveKey(driver, session, table, options))
}

async function revert(driver: PostgresDriver, table: ClosedTable, options: AllowClosedOptions): Promise<void> {
  await withConnection(driver, async (session) => {
    await refuseSeveral(session, driver, table)
    for (const { swap, other, byStatus } of indexesOf(driver, table))
      await requireOurs(session, table, [swap.wanted, swap.guard, swap.marked, other, byStatus])
  })
  for (const indexes of indexesOf(driver, table)) {
    await withConnection(driver, async (session) => {
      await revertSwap(session, indexes.swap, swapOptions(driver, table, indexes, options), [{ index: indexes.swap.old, constraint: null }])
      for (const index of [indexes.other, indexes.byStatus]) await dropOurs(session, table, options, index)
    })
  }
  await withConnection(driver, (session) => dropActiveKey(driver, session, table, options))
}

/** Throws DUPLICATE_KEYS before anything is changed, for the first column whose old index could not be made. */
async function refuseSeveral(session: RunConnection, driver: PostgresDriver, table: ClosedTable): Promise<void> {
  for (const { swap } of indexesOf(driver, table)) {
    const found = await findDuplicates(session, table.schema, swap.old, { timeoutMs: 0 })
    if (found === null || found.totalGroups === 0) continue
    throw new ConversationStoreError('DUPLICATE_KEYS', { database: table.schema, collection: table.name, index: swap.old.name, ...found })
  }
}

async function plannedStatements(driver: PostgresDriver, table: ClosedTable, state: AllowClosedState): Promise<readonly string[]> {
  const statements: string[] = state.trigger === false ? [...activeKeyStatements(table)] : []
  for (const [at, indexes] of indexesOf(driver, table).entries()) {
    const now = state.connections[at]
    if (now === undefined) continue
    const missing = [indexes.byStatus, indexes.byActivity[0]].filter(({ name }) => now.missing.includes(name))
    statements.push(
      ...missing.map((index) => createIndexSql(table.schema, index, { concurrently: true })),
      ...statementsOf(indexes.swap, { ...indexes.swap.key, ...now }),
    )
  }
  return statements
}
