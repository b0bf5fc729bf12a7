import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { Client } from 'pg'
import { createConversationStore } from '../../src/index.js'
import { serverUrl } from '../contract/server.js'

interface RaceConversation {
  readonly status: string
  readonly last_seq: number
  readonly last_event_seq: number
  readonly unread_count: number
  readonly version: number
}

/** A migrated database of its own, whose rows are read without the library. */
export interface RaceDatabase {
  readonly url: string
  /** The `seq` of every message of the account, in order. */
  seqs(): Promise<number[]>
  conversations(): Promise<RaceConversation[]>
  drop(): Promise<void>
}

export const raceDatabases: Readonly<Record<'PostgreSQL' | 'MongoDB', () => Promise<RaceDatabase>>> = {
  PostgreSQL: postgresDatabase,
  MongoDB: mongoDatabase,
}

async function postgresDatabase(): Promise<RaceDatabase> {
  const name = newName()
  const server = new Client({ connectionString: serverUrl('postgres') })
  await server.connect()
  await server.query(`create database ${name}`)
  const url = new URL(serverUrl('postgres'))
  url.pathname = name
  await migrate(url.href)
  const client = new Client({ connectionString: url.href })
  await client.connect()
  return {
    url: url.href,
    seqs: async () => (await client.query('select seq from messages order by seq')).rows.map(({ seq }) => seq),
    conversations: async () =>
      (await client.query('select status, last_seq, last_event_seq, unread_count, version from conversations')).rows,
    async drop() {
      await client.end()
      // Not by force: pg's `pool.end()` resolves before its sockets are closed, and a pool without a listener for
      // errors would throw when one of them is cut. The server waits for them for five seconds.
      await server.query(`drop database ${name}`)
      await server.end()
    },
  }
}

async function mongoDatabase(): Promise<RaceDatabase> {
  const name = newName()
  const url = new URL(serverUrl('mongoReplicaSet'))
  url.pathname = name
  await migrate(url.href)
  const client = await new MongoClient(url.href).connect()
  const db = client.db(name)
  return {
    url: url.href,
    seqs: async () =>
      (
        await db
          .collection('messages')
          .find({}, { sort: { seq: 1 } })
          .toArray()
      ).map(({ seq }) => seq),
    conversations: () => db.collection<RaceConversation>('conversations').find().toArray(),
    async drop() {
      await db.dropDatabase()
      await client.close()
    },
  }
}

async function migrate(url: string): Promise<void> {
  const store = createConversationStore({ url })
  await store.migrate()
  await store.close()
}

function newName(): string {
  return `race_${randomBytes(6).toString('hex')}`
}
