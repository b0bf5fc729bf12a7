import type { IndexAction, IndexSyncOptions } from '../../../migrator/kernel/index-findings.js'
import type { MongoDb } from '../../driver.js'
import { serverCode } from '../../translate-error.js'
import { matchCollections } from './compare-indexes.js'
import type { DeclaredIndex } from './declared-index.js'
import { type DuplicateSearch, duplicateLines, findDuplicates } from './find-duplicates.js'
import { commandTextIn } from './index-commands.js'
import type { LiveIndex } from './live-indexes.js'
import { type PlannedAction, planCollection } from './plan-collection.js'
import { readShardKeys } from './shard-key.js'

export interface IndexPlanOptions extends IndexSyncOptions {
  /** The declared indexes to look after, by name. All of them are matched with those that exist. Default: all. */
  readonly names?: ReadonlySet<string>
  /** The indexes that nobody declares and that are kept all the same. Default: none. */
  readonly spares?: (index: LiveIndex, collection: string) => boolean
}

/** Tells what `syncIndexes` would do, in order, and what would stop it. It only reads. */
export async function planIndexSync(
  db: MongoDb,
  declared: readonly DeclaredIndex[],
  options: IndexPlanOptions,
  search: DuplicateSearch = {},
): Promise<readonly IndexAction[]> {
  const planned = await planSync(db, declared, options)
  const actions: IndexAction[] = []
  for (const each of planned)
    actions.push({ ...actionOf(db, each), obstacles: [...(await duplicatesOf(db, each, search)), ...obstaclesOf(each)] })
  return actions
}

export async function planSync(
  db: MongoDb,
  declared: readonly DeclaredIndex[],
  options: IndexPlanOptions,
): Promise<readonly PlannedAction[]> {
  const asked = declared.filter(({ collection }) => options.collection === null || options.collection === collection)
  const collections = await matchCollections(db, asked)
  const shardKeys = options.prune ? await readShardKeys(db) : new Map()
  const planned = collections.flatMap((each) => planCollection(each, options, shardKeys, options.spares))
  return planned.filter(({ index }) => options.names?.has(index) ?? true)
}

export function actionOf(db: MongoDb, { collection, index, action, commands }: PlannedAction): IndexAction {
  return { collection, index, action, would: commands.map(commandTextIn(db)), obstacles: [] }
}

function obstaclesOf({ refusal, waitsFor }: PlannedAction): readonly string[] {
  return [
    ...(refusal === null ? [] : [refusal.reason]),
    ...(waitsFor === null ? [] : [`${waitsFor} is being built by another; it is waited for`]),
  ]
}

const timeIsOver = 50

async function duplicatesOf(db: MongoDb, { commands }: PlannedAction, search: DuplicateSearch): Promise<readonly string[]> {
  const created = commands.find((step) => step.do === 'create')
  return created === undefined ? [] : duplicateObstacles(db, created.index, search)
}

/** What keeps a unique index from being made now, one text per line. Empty for an index that is not unique. */
async function duplicateObstacles(db: MongoDb, index: DeclaredIndex, search: DuplicateSearch = {}): Promise<readonly string[]> {
  if (index.options.unique !== true) return []
  try {
    const duplicates = await findDuplicates(db, index.collection, index, search)
    return duplicates === null ? [] : duplicateLines(index, duplicates)
  } catch (error) {
    if (serverCode(error) !== timeIsOver) throw error
    return [`whether ${index.options.name} would find duplicates was not to be seen in time`]
  }
}
