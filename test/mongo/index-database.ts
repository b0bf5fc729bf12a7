import { randomBytes } from 'node:crypto'
import { type Collection, type Db, MongoClient } from 'mongodb'
import type { CollectionIndex, DeclaredIndex } from '../../src/mongo/migrator/indexes/declared-index.js'
import { serverUrl } from '../contract/server.js'

/** An empty database, with the one collection that the tests look at. */
export interface IndexDatabase extends AsyncDisposable {
  readonly client: MongoClient
  readonly db: Db
  readonly people: Collection
}

export async function openIndexDatabase(): Promise<IndexDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const client = await new MongoClient(serverUrl('mongoReplicaSet'), { appName: name, monitorCommands: true }).connect()
  const db = client.db(name)
  return {
    client,
    db,
    people: await db.createCollection('people'),
    async [Symbol.asyncDispose]() {
      await db.dropDatabase()
      await client.close()
    },
  }
}

export function declare(name: string, key: CollectionIndex['key'], options: Omit<CollectionIndex['options'], 'name'> = {}): DeclaredIndex {
  return { collection: 'people', key, options: { name, ...options } }
}
