import type { Db, MongoClient } from 'mongodb'

/**
 * Returns everything that a database holds, byte for byte: its collections with their UUIDs, their indexes, and the
 * server's hash of their documents.
 */
export async function exactMongoState(db: Db): Promise<unknown> {
  const collections = await db.listCollections().toArray()
  const { collections: hashes } = collections.length === 0 ? { collections: {} } : await db.command({ dbHash: 1 })
  return { collections: await withIndexes(db, collections), hashes }
}

/**
 * Returns the state without everything that depends on when and how often a run was made: two runs to the same version
 * leave the same state.
 */
export async function mongoState(client: MongoClient, names: readonly string[]): Promise<unknown> {
  const states = names.map(async (name) => {
    const db = client.db(name)
    const collections = await db.listCollections({}, { nameOnly: true }).toArray()
    const ledger = await db.collection('conversation_store_migrations').findOne({ _id: 'ledger' as never })
    const entries = (ledger?.entries ?? []) as Record<string, unknown>[]
    return {
      indexes: await withIndexes(db, collections),
      rows: await Promise.all(['people', 'totals'].map((each) => db.collection(each).find().sort({ _id: 1 }).toArray())),
      ledger: entries.map(({ id, state, steps, checksum }) => ({ id, state, steps, checksum })),
    }
  })
  return Object.fromEntries((await Promise.all(states)).map((state, index) => [index, state]))
}

async function withIndexes(db: Db, collections: readonly { readonly name: string }[]): Promise<unknown> {
  const all = await Promise.all(
    collections.map(async (collection) => ({
      ...collection,
      indexes: (await db.collection(collection.name).listIndexes().toArray()).sort(byName),
    })),
  )
  return all.sort(byName)
}

function byName(a: { readonly name?: string }, b: { readonly name?: string }): number {
  return (a.name ?? '') < (b.name ?? '') ? -1 : 1
}
