import type { Doc, MongoDb } from '../../mongo/driver.js'
import { fromStored, toStored } from '../../mongo/migrator/exact-ids.js'
import type { DeclaredIndex } from '../../mongo/migrator/indexes/declared-index.js'
import { readIndexes } from '../../mongo/migrator/indexes/live-indexes.js'
import { writeConcern } from '../../mongo/schema/collections.js'
import { passCollection } from './passes.js'

/** The indexes that swaps of a collection have dropped. They are kept beside the passes. */
export interface DroppedIndexes {
  /** Keeps the indexes with these names. It is called before they are dropped, and once before there are any. */
  keep(names: readonly string[]): Promise<void>
  /** Null if no swap has kept any, not even none. */
  read(): Promise<readonly DeclaredIndex[] | null>
  forget(): Promise<void>
}

/** What the server says of an index beside what it was made with. */
const ofTheServer: ReadonlySet<string> = new Set(['v', 'ns', 'background'])

export function droppedIndexes(db: MongoDb, collection: string): DroppedIndexes {
  const kept = db.collection(passCollection, { writeConcern, readPreference: 'primary' })
  const _id = `indexes that the swap of ${collection} dropped`
  return {
    async keep(names) {
      const [live] = names.length === 0 ? [] : await readIndexes(db, [collection])
      // Without a collation of its own an index would get that of the collection.
      const simple = live?.collation === undefined ? {} : { collation: { locale: 'simple' } }
      const dropped = (live?.indexes ?? []).filter(({ name }) => names.includes(name))
      const more = dropped.map(({ name, key, options }) => {
        const own = Object.entries(options).filter(([option]) => !ofTheServer.has(option))
        return { name, index: toStored({ key, options: { ...simple, ...Object.fromEntries(own), name } }) }
      })
      const before = ((await kept.findOne({ _id }))?.dropped ?? []) as readonly Doc[]
      const others = before.filter(({ name }) => !names.includes(String(name)))
      await kept.updateOne({ _id }, { $set: { dropped: [...others, ...more] } }, { upsert: true })
    },
    async read() {
      const found = await kept.findOne({ _id })
      if (found === null) return null
      return (found.dropped as readonly Doc[]).map(({ index }) => {
        const { key, options } = fromStored(index) as Pick<DeclaredIndex, 'key' | 'options'>
        return { collection, key, options }
      })
    },
    async forget() {
      await kept.deleteOne({ _id })
    },
  }
}
