import { ConversationStoreError } from '../../model/errors.js'
import type { MongoDb } from '../../mongo/driver.js'
import { commandText, createDeclaredIndexes, type IndexCommand, runIndexCommand } from '../../mongo/migrator/indexes/index-commands.js'
import { serverCode } from '../../mongo/translate-error.js'
import type { Adoption } from '../adoption.js'
import { mongoBackup } from '../backup.js'
import { keptOptions } from '../kept-guards.js'
import { changedBySwap } from '../merge-tables.js'
import { withLease } from '../run-pass.js'
import type { SwapOptions, SwapPlan, SwapState, SwapVerified } from '../swap-types.js'
import { buildsWatched } from './builds-watched.js'
import { type DroppedIndexes, droppedIndexes } from './dropped-indexes.js'
import { keptGuards } from './kept-guards.js'
import { mergeDuplicateConversations } from './merge-duplicate-conversations.js'
import { passTable } from './passes.js'
import { guardedForm, readFullState, readState, requireOurs, type SwapIndexes, swapIndexes } from './unique-indexes.js'

type Steps = Omit<Adoption<SwapPlan, SwapVerified, SwapVerified, SwapVerified>, 'run'>

export function swapUniqueIndex(db: MongoDb, options: SwapOptions): Steps {
  const indexes = swapIndexes(db, options)
  const lease = { table: passTable(db), key: `index of ${indexes.table.name}`, database: db.databaseName ?? '' }
  const guards = keptGuards(db)
  const guard = {
    helper: 'swapUniqueIndex',
    table: indexes.table.name,
    options: keptOptions(options, ['conversations', 'over', 'oldIndex', 'newIndex']),
  } as const
  const dropped = droppedIndexes(db, indexes.table.name)
  const verified = async () => ({ ...(await readFullState(db, indexes)), ...(await isDone(db, indexes)) })
  return {
    async plan() {
      const state = await readFullState(db, indexes)
      return {
        ...state,
        ...mongoBackup(new Date(), {
          database: db.databaseName ?? '',
          collections: changedBySwap(db, indexes.table.name, options),
        }),
        revertible: 'while the old key is unique',
        statements: statementsOf(indexes, state).map(commandText),
        warnings: [...(state.note === null ? [] : [state.note]), ...(await tooOld(db))],
      }
    },
    async apply() {
      await requirePrepareUnique(db)
      return withLease(options, lease, async () => {
        await apply(db, indexes, options, dropped)
        const now = await verified()
        if (now.ok) await guards.remember(guard)
        return now
      })
    },
    verify: verified,
    async revert() {
      await withLease(options, lease, async () => {
        await revert(db, indexes, options, dropped)
        await dropped.forget()
        await guards.forget(guard)
      })
      return verified()
    },
  }
}

async function isDone(db: MongoDb, indexes: SwapIndexes): Promise<{ readonly ok: boolean }> {
  const { state, old } = await readState(db, indexes)
  return { ok: state === 'unique' && old.length === 0 }
}

async function apply(db: MongoDb, indexes: SwapIndexes, options: SwapOptions, dropped: DroppedIndexes): Promise<void> {
  const { wanted, table } = indexes
  const before = await readState(db, indexes)
  await dropped.keep([])
  if (before.state === 'absent') await createDeclaredIndexes(db, table.name, [guardedForm(indexes)], { watch: buildsWatched(db, options) })
  if (before.state !== 'unique') {
    const { doubles } = await readFullState(db, indexes)
    if (doubles !== null && options.merge !== undefined) {
      const { db: _, ...common } = options
      await mergeDuplicateConversations(db, { ...common, db, ...options.merge, over: indexes.key.over }).apply()
    } else if (doubles !== null) return
    if (!(await convert(db, indexes))) return
  }
  await runIndexCommand(db, { do: 'verify', index: wanted })
  if (before.old.length > 0) await dropped.keep(before.old)
  for (const name of before.old) await runIndexCommand(db, { do: 'drop', collection: table.name, name })
}

// CannotConvertIndexToUnique: a double that nobody counted, such as one that got its account meanwhile.
const cannotConvert = 359

async function convert(db: MongoDb, indexes: SwapIndexes): Promise<boolean> {
  try {
    await runIndexCommand(db, changeOf(indexes, { unique: true }))
    return true
  } catch (error) {
    if (serverCode(error) !== cannotConvert) throw error
    return false
  }
}

async function revert(db: MongoDb, indexes: SwapIndexes, options: SwapOptions, dropped: DroppedIndexes): Promise<void> {
  const { table, wanted, old } = indexes
  await requireOurs(db, indexes)
  // An older version did not keep what its swap dropped, and then it is the index that it would have been.
  const olds = (await dropped.read()) ?? ((await readState(db, indexes)).state === 'absent' ? [] : [old])
  if (olds.length > 0) await createDeclaredIndexes(db, table.name, olds, { watch: buildsWatched(db, options) })
  for (const index of olds) await runIndexCommand(db, { do: 'verify', index })
  await runIndexCommand(db, { do: 'drop', collection: table.name, name: wanted.options.name })
}

function changeOf({ wanted, table }: SwapIndexes, change: object): IndexCommand {
  return { do: 'change', index: wanted, command: { collMod: table.name, index: { name: wanted.options.name, ...change } } }
}

function statementsOf(indexes: SwapIndexes, { state, old }: SwapState): readonly IndexCommand[] {
  const { table, wanted } = indexes
  return [
    ...(state === 'absent' ? [{ do: 'create' as const, index: guardedForm(indexes) }] : []),
    ...(state === 'unique' ? [] : [changeOf(indexes, { unique: true })]),
    { do: 'verify', index: wanted },
    ...old.map((name) => ({ do: 'drop' as const, collection: table.name, name })),
  ]
}

async function tooOld(db: MongoDb): Promise<readonly string[]> {
  const version = await serverVersion(db)
  return version >= firstVersion ? [] : [`The server is MongoDB ${version}, and the swap needs ${firstVersion}.0.`]
}

/** The first version that refuses new doubles in an index that has old ones. */
const firstVersion = 6

async function requirePrepareUnique(db: MongoDb): Promise<void> {
  if ((await serverVersion(db)) >= firstVersion) return
  throw new ConversationStoreError('UNSUPPORTED', {
    operation: 'to swap a unique index without a moment in which doubles can come',
    needs: 'MongoDB 6.0 or newer, whose prepareUnique refuses new doubles while old ones are merged',
  })
}

async function serverVersion(db: MongoDb): Promise<number> {
  return Number.parseInt(String((await db.command({ buildInfo: 1 })).version), 10)
}
