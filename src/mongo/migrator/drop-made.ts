import type { MongoDb } from '../driver.js'
import { commandWriteConcern as writeConcern } from '../schema/collections.js'
import { serverCode } from '../translate-error.js'
import { isDerivedName } from './indexes/declared-index.js'
import { isIdIndex, readIndexes } from './indexes/live-indexes.js'
import type { MongoMigration } from './migration.js'

// NamespaceNotFound, IndexNotFound: it was dropped in the meantime.
const gone: ReadonlySet<number> = new Set([26, 27])

/**
 * Drops the indexes that a migration declares. With the collection's first migration it also drops the collection, but
 * only if it is empty and has no other index: documents are never dropped. It can be run again.
 */
export async function dropMade(db: MongoDb, migration: MongoMigration, all: readonly MongoMigration[]): Promise<void> {
  const { collection, definition } = migration
  const [live] = await readIndexes(db, [collection])
  if (live === undefined || live.type === 'missing' || live.type === 'view') return
  const own = live.indexes.filter((index) => !isIdIndex(index))
  const made = own.filter(({ name }) =>
    definition.indexes.some(({ options }) => options.name === name || isDerivedName(name, options.name)),
  )
  if (made.length > 0) await unlessGone(db.command({ dropIndexes: collection, index: made.map(({ name }) => name), writeConcern }))
  const isFirst = all.find((each) => each.collection === collection) === migration
  if (!isFirst || made.length < own.length) return
  if ((await db.collection(collection).findOne({}, { projection: { _id: 1 } })) === null) {
    await unlessGone(db.command({ drop: collection, writeConcern }))
  }
}

async function unlessGone(command: Promise<unknown>): Promise<void> {
  try {
    await command
  } catch (error) {
    if (!gone.has(serverCode(error) ?? 0)) throw error
  }
}
