import type { RevertTerms } from '../../migrator/kernel/target.js'
import { type KeptData, mostCounted } from '../../model/kept-data.js'
import type { MongoDb } from '../driver.js'
import { commandWriteConcern as writeConcern } from '../schema/collections.js'
import { serverCode } from '../translate-error.js'
import { isDerivedName } from './indexes/declared-index.js'
import { isIdIndex, readIndexes } from './indexes/live-indexes.js'
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
 * The indexes that a migration declares, and with the collection's first migration the collection, unless it has an
 * index of others. Reads only.
 */
export async function planDrop(db: MongoDb, migration: MongoMigration, all: readonly MongoMigration[]): Promise<DropPlan> {
  const { collection, definition } = migration
  const [live] = await readIndexes(db, [collection])
  if (live === undefined || live.type === 'missing' || live.type === 'view') return { indexes: [], collection: false, documents: 0 }
  const own = live.indexes.filter((index) => !isIdIndex(index))
  const made = own.filter(({ name }) =>
    definition.indexes.some(({ options }) => options.name === name || isDerivedName(name, options.name)),
  )
  const isFirst = all.find((each) => each.collection === collection) === migration
  const isOurs = isFirst && made.length === own.length
  const documents = isOurs ? await db.collection(collection).countDocuments({}, { limit: mostCounted }) : 0
  return { indexes: made.map(({ name }) => name), collection: isOurs, documents }
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
  if (!plan.collection) return []
  if (plan.documents > 0 && !dropData) return [{ what: `collection ${collection}`, rows: plan.documents }]
  await unlessGone(db.command({ drop: collection, writeConcern }))
  return []
}

async function unlessGone(command: Promise<unknown>): Promise<void> {
  try {
    await command
  } catch (error) {
    if (!gone.has(serverCode(error) ?? 0)) throw error
  }
}
