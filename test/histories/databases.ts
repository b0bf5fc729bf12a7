import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import type { RawReader } from '../../src/contract/index.js'
import { createConversationStore } from '../../src/index.js'
import { mongoReader } from '../contract/mongo-reader.js'
import { sqlReader } from '../contract/sql-reader.js'
import { openedInOrderRule } from './rules/activity.js'

/** A migrated database of its own, which a history is written into. */
export interface HistoryDatabase {
  readonly name: string
  readonly url: string
  readonly supportsEvents: boolean
  /** The rules that this server can't keep when calls meet. Its page in the docs says so. */
  readonly cannotKeep: readonly string[]
  readonly raw: RawReader
  /** The customers that have several active conversations at one moment. Throws while the server is away. */
  doubles(): Promise<readonly string[]>
  drop(): Promise<void>
}

export async function postgresDatabase(server: string): Promise<HistoryDatabase> {
  const database = newName()
  const admin = quietPool(server)
  await admin.query(`create database ${database}`)
  const url = Object.assign(new URL(server), { pathname: database }).href
  await migrate(url)
  const pool = quietPool(url)
  const query = async (text: string, values: unknown[] = []) => (await pool.query(text, values)).rows
  return {
    name: 'PostgreSQL',
    url,
    supportsEvents: true,
    cannotKeep: [],
    raw: sqlReader(query, 'public'),
    doubles: async () =>
      (
        await query(
          `select account_id || ' ' || coalesce(i.canonical_id, i.id) as customer from conversations c
           join contact_inboxes i using (account_id) where i.id = c.contact_inbox_id and c.status <> 'closed'
           group by account_id, coalesce(i.canonical_id, i.id) having count(*) > 1`,
        )
      ).map(({ customer }) => String(customer)),
    async drop() {
      await pool.end()
      await admin.query(`drop database ${database} with (force)`)
      await admin.end()
    },
  }
}

export async function mongoDatabase(server: string, { isReplicaSet }: { readonly isReplicaSet: boolean }): Promise<HistoryDatabase> {
  const url = Object.assign(new URL(server), { pathname: newName() }).href
  await migrate(url)
  const client = await new MongoClient(url).connect()
  const db = client.db()
  return {
    name: isReplicaSet ? 'MongoDB' : 'MongoDB, standalone',
    url,
    supportsEvents: isReplicaSet,
    // The latest conversation there is the one that was the latest when a call looked (docs/mongodb.md).
    cannotKeep: isReplicaSet ? [] : [openedInOrderRule],
    raw: mongoReader(db),
    async doubles() {
      // Without a snapshot an adoption between the two collections would look like a double.
      if (!isReplicaSet) return []
      const session = client.startSession({ snapshot: true })
      try {
        const stages = [
          { $match: { active: true } },
          { $lookup: { from: 'contact_inboxes', localField: 'contact_inbox_id', foreignField: '_id', as: 'inbox' } },
          { $unwind: '$inbox' },
          { $group: { _id: { $ifNull: ['$inbox.canonical_id', '$inbox._id'] }, count: { $sum: 1 } } },
          { $match: { count: { $gt: 1 } } },
        ]
        const found = await db.collection('conversations').aggregate(stages, { session }).toArray()
        return found.map(({ _id }) => String(_id))
      } finally {
        await session.endSession()
      }
    },
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

function quietPool(connectionString: string): Pool {
  const pool = new Pool({ connectionString, max: 3 })
  pool.on('error', () => {})
  return pool
}

function newName(): string {
  return `history_${randomBytes(6).toString('hex')}`
}
