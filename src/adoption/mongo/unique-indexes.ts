import type { Doc, MongoDb } from '../../mongo/driver.js'
import type { DeclaredIndex } from '../../mongo/migrator/indexes/declared-index.js'
import { conflict } from '../../mongo/migrator/indexes/explain-refusal.js'
import { findDuplicates } from '../../mongo/migrator/indexes/find-duplicates.js'
import { declaredForm, describeDifferences, foundForm } from '../../mongo/migrator/indexes/index-form.js'
import { type LiveIndex, readIndexes } from '../../mongo/migrator/indexes/live-indexes.js'
import type { SwapOptions, SwapState } from '../swap-types.js'
import { type Conversations, conversationsOf } from '../tables.js'
import { type UniqueKey, uniqueKeyOf } from '../unique-key.js'

/** The indexes of a swap, declared. */
export interface SwapIndexes {
  readonly table: Conversations
  readonly key: UniqueKey
  readonly wanted: DeclaredIndex
  readonly old: DeclaredIndex
}

export function swapIndexes(db: MongoDb, options: Pick<SwapOptions, 'conversations' | 'over' | 'oldIndex' | 'newIndex'>): SwapIndexes {
  const table = conversationsOf(db, options.conversations)
  const key = uniqueKeyOf(table, options)
  const { name: collection, accountId, oaId, customerId } = table
  // A document without one of the fields has the key null there, and would be a double of every other such document.
  const present = Object.fromEntries([accountId, oaId, customerId].map((field) => [field, { $exists: true }]))
  const condition = key.over === 'active' ? { partialFilterExpression: { ...present, ...activeFilter(table) } } : { sparse: true }
  const oldName = options.oldIndex ?? `${oaId}_1_${customerId}_1`
  return {
    table,
    key,
    wanted: { collection, key: { [accountId]: 1, [oaId]: 1, [customerId]: 1 }, options: { name: key.name, unique: true, ...condition } },
    old: { collection, key: { [oaId]: 1, [customerId]: 1 }, options: { name: oldName, unique: true } },
  }
}

/** Which documents are active. Empty if all are. */
export function activeFilter({ status, active }: Conversations): Doc {
  if (status === null) return {}
  return { [status]: active.length === 1 ? active[0] : { $in: [...active] } }
}

/**
 * The index as it is made at first. It allows the doubles that are there, and refuses each further one from its build
 * on.
 */
export function guardedForm({ wanted }: SwapIndexes): DeclaredIndex {
  const { unique: _, ...options } = wanted.options
  return { ...wanted, options: { ...options, name: wanted.options.name, prepareUnique: true } }
}

/** The state of a swap, without its doubles. */
export async function readState(db: MongoDb, indexes: SwapIndexes): Promise<Omit<SwapState, 'doubles'>> {
  const { key, wanted, old, table } = indexes
  const [live] = await readIndexes(db, [table.name])
  const found = (live?.indexes ?? []).filter(({ isBuilding }) => !isBuilding)
  const named = found.find(({ name }) => name === wanted.options.name)
  const is = (index: DeclaredIndex) =>
    named !== undefined && describeDifferences(declaredForm(index, live?.collation), foundForm(named)).length === 0
  return {
    ...key,
    old: found.filter((index) => isOld(index, old)).map(({ name }) => name),
    state: is(wanted) ? 'unique' : is(guardedForm(indexes)) ? 'guarded' : 'absent',
  }
}

/**
 * Throws INDEX_CONFLICT if another index than a swap makes, in either of its forms, has the name. It changes nothing.
 */
export async function requireOurs(db: MongoDb, indexes: SwapIndexes): Promise<void> {
  const { wanted, table } = indexes
  const [live] = await readIndexes(db, [table.name])
  const named = live?.indexes.find(({ name }) => name === wanted.options.name)
  if (named === undefined) return
  const [differences = [], guarded = []] = [wanted, guardedForm(indexes)].map((index) =>
    describeDifferences(declaredForm(index, live?.collation), foundForm(named)),
  )
  if (differences.length > 0 && guarded.length > 0) throw conflict(db, wanted, { name: named.name, differences })
}

function isOld({ name, key, options }: LiveIndex, old: DeclaredIndex): boolean {
  if (options.unique !== true) return false
  const fields = Object.keys(old.key)
  return name === old.options.name || (Object.keys(key).length === fields.length && fields.every((field) => field in key))
}

export async function readFullState(db: MongoDb, indexes: SwapIndexes): Promise<SwapState> {
  const state = await readState(db, indexes)
  const doubles = state.state === 'unique' ? null : await findDuplicates(db, indexes.table.name, indexes.wanted, { maxTimeMs: 0 })
  return { ...state, doubles }
}
