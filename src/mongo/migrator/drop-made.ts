import type { RevertTerms } from '../../migrator/kernel/target.js'
import { type KeptData, mostCounted } from '../../model/kept-data.js'
import type { Doc, MongoDb } from '../driver.js'
import { prefixOf } from '../prefixed-db.js'
import { commandWriteConcern as writeConcern } from '../schema/collections.js'
import { serverCode } from '../translate-error.js'
import { type OptionsPlan, optionsBefore, planOptions } from './collection-options.js'
import { changedNames, indexPlace } from './declared-indexes.js'
import { isDerivedName } from './indexes/declared-index.js'
import { isIdIndex, readIndexes } from './indexes/live-indexes.js'
import { type IndexSyncRun, syncIndexes } from './indexes/sync-indexes.js'
import type { MongoMigration } from './migration.js'

// NamespaceNotFound, IndexNotFound: it was dropped in the meantime.
const gone: ReadonlySet<number> = new Set([26, 27])

/** What undoing a migration drops of what its steps made. */
export interface DropPlan {
  readonly indexes: readonly string[]
  /** Whether the collection is dropped, if it holds no data or data is dropped. */
  readonly collection: boolean
  /** How many documents the collection holds, counted up to `mostCounted`. 0 unless it is to be dropped. */
  readonly documents: number
}

/**
 * The indexes that a migration is the first to declare, and with the collection's first migration the collection,
 * unless it has an index of others. Reads only.
 */
export async function planDrop(db: MongoDb, migration: MongoMigration, all: readonly MongoMigration[]): Promise<DropPlan> {
  const { collection, definition } = migration
  const [live] = await readIndexes(db, [collection])
  if (live === undefined || live.type === 'missing' || live.type === 'view') return { indexes: [], collection: false, documents: 0 }
  const before = changedNames(migration, indexPlace(all, migration))
  const names = definition.indexes.map(({ options }) => options.name).filter((name) => !before.has(name))
  const own = live.indexes.filter((index) => !isIdIndex(index))
  const made = own.filter(({ name }) => names.some((each) => each === name || isDerivedName(name, each)))
  const isFirst = all.find((each) => each.collection === collection) === migration
  const isOurs = isFirst && made.length === own.length
  const documents = isOurs ? await db.collection(collection).countDocuments({}, { limit: mostCounted }) : 0
  return { indexes: made.map(({ name }) => name), collection: isOurs, documents }
}

/** The indexes that the migration changed or retired, as `planIndexSync` and `syncIndexes` take them. */
export function formerIndexes(migration: MongoMigration, all: readonly MongoMigration[]) {
  const place = indexPlace(all, migration)
  const names = changedNames(migration, place)
  return { declared: place.before, options: { indexSet: null, prune: false, collection: migration.collection, names } }
}

/** Makes the indexes that the migration changed or retired what they were before it. It can be run again. */
export async function putBack(db: MongoDb, migration: MongoMigration, all: readonly MongoMigration[], run: IndexSyncRun): Promise<void> {
  const { declared, options } = formerIndexes(migration, all)
  if (options.names.size > 0) await syncIndexes(db, declared, options, run)
}

/**
 * Drops what a migration made, and returns what was kept because it holds documents. It can be run again. Without
 * `dropData` documents are never dropped.
 */
export async function dropMade(
  db: MongoDb,
  migration: MongoMigration,
  all: readonly MongoMigration[],
  { dropData = false }: RevertTerms,
): Promise<readonly KeptData[]> {
  const { collection } = migration
  const plan = await planDrop(db, migration, all)
  if (plan.indexes.length > 0) await unlessGone(db.command({ dropIndexes: collection, index: [...plan.indexes], writeConcern }))
  if (!plan.collection) {
    await backToOptions(db, migration, all)
    return []
  }
  if (plan.documents > 0 && !dropData) {
    await backToOptions(db, migration, all)
    return [{ what: `collection ${prefixOf(db)}${collection}`, rows: plan.documents }]
  }
  await unlessGone(db.command({ drop: collection, writeConcern }))
  return []
}

async function backToOptions(db: MongoDb, migration: MongoMigration, all: readonly MongoMigration[]): Promise<void> {
  const plan = await planFormerOptions(db, migration, all)
  if (plan.do === 'change') await db.command({ ...plan.command, writeConcern })
}

/**
 * What gives the collection back the options that were declared before the migration, as far as the server changes
 * them. Reads only.
 */
export async function planFormerOptions(db: MongoDb, migration: MongoMigration, all: readonly MongoMigration[]): Promise<OptionsPlan> {
  const { collection, definition } = migration
  if (definition.collectionOptions === undefined) return { do: 'nothing' }
  const earlier = all.slice(0, all.indexOf(migration)).filter((each) => each.collection === collection)
  const before: Doc = Object.assign({}, ...earlier.map((each) => each.definition.collectionOptions ?? {}))
  return planOptions(db, collection, optionsBefore(definition.collectionOptions, before))
}

async function unlessGone(command: Promise<unknown>): Promise<void> {
  try {
    await command
  } catch (error) {
    if (!gone.has(serverCode(error) ?? 0)) throw error
  }
}
