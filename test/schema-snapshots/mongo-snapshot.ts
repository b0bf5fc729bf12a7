import { BSON, type CreateIndexesOptions, type Db, type Document, type IndexSpecification } from 'mongodb'

interface StoredCollection {
  readonly name: string
  readonly indexes: readonly { readonly key: IndexSpecification; readonly options: CreateIndexesOptions }[]
  readonly documents: Document[]
}

/** The collections of a database with their indexes and documents, as extended JSON that keeps each value's type. */
export async function dumpMongo(db: Db): Promise<string> {
  const found = await db.listCollections().toArray()
  const collections: StoredCollection[] = []
  for (const name of found.map((each) => each.name).sort()) {
    const indexes = (await db.collection(name).indexes()).filter((index) => index.name !== '_id_')
    const documents = await db.collection(name).find({}, { promoteValues: false }).sort({ _id: 1 }).toArray()
    collections.push({
      name,
      indexes: indexes.map(({ key, v: _, ...options }) => ({ key, options })),
      documents: documents,
    })
  }
  const text = BSON.EJSON.stringify(collections, undefined, undefined, { relaxed: false })
  return JSON.stringify(JSON.parse(text, steady), null, 1)
}

/** Makes the collections of a release in an empty database, with their indexes and documents. */
export async function loadMongo(db: Db, text: string): Promise<void> {
  const collections: readonly StoredCollection[] = BSON.EJSON.parse(text, { relaxed: false })
  for (const { name, indexes, documents } of collections) {
    await db.createCollection(name)
    for (const { key, options } of indexes) await db.collection(name).createIndex(key, options)
    if (documents.length > 0) await db.collection(name).insertMany(documents)
  }
}

const times = new Set(['at', 'dropped_until', 'started_at', 'finished_at'])

/** The marks of operations and the ledger have times of the server's own clock. */
function steady(field: string, value: unknown): unknown {
  return times.has(field) ? { $date: new Date(Date.UTC(2026, 0, 5, 9)).toISOString() } : value
}
