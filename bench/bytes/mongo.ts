import { createConversationStore } from 'conversation-store'
import { mongo } from 'conversation-store/mongo'
import { type Db, MongoClient } from 'mongodb'
import { startThrowawayReplicaSet } from '../../test/servers/mongo.js'
import { handWrittenMongo } from './mongo-rival.js'
import { accountId, customerIds, customersInDisorder, oaId, rounded, sayMessages, type Writer } from './writer.js'

const messages = 4_000

/** Prints what a message writes to the oplog of MongoDB, and what it keeps in each collection and index. */
async function measureMongo(url: string): Promise<void> {
  const client = await new MongoClient(url).connect()
  try {
    const writers = [
      { writer: ours(client, 'ours'), db: client.db('ours') },
      { writer: handWrittenMongo(client.db('rival')), db: client.db('rival') },
    ]
    for (const each of writers) {
      console.table(await ofMessages(client, each.writer, each.db))
      console.table(await ofParts(each.db))
    }
  } finally {
    await client.close()
  }
}

function ours(client: MongoClient, name: string): Writer {
  const db = client.db(name)
  const store = createConversationStore({ adapter: mongo({ client, db }) })
  const account = store.forAccount(accountId)
  return {
    name: 'conversation-store',
    async open(ids) {
      await db.dropDatabase()
      await store.migrate()
      await account.connectInbox({ oaId, channel: 'messenger' })
      await account.bulkUpsertConversationsWithEvents({ conversations: ids.map((customerId) => ({ oaId, customerId, events: [] })) })
    },
    async nickname(customerId, nickname) {
      await account.upsertConversation({ oaId, customerId, nickname })
    },
    async messages(customerId, said) {
      await account.upsertConversationWithEvents({ oaId, customerId, events: said.map((each) => ({ type: 'message', ...each })) })
    },
  }
}

async function ofMessages(client: MongoClient, writer: Writer, db: Db) {
  const rows = []
  for (const atOnce of [1, 5]) {
    await writer.open(customerIds)
    const customers = customersInDisorder()
    const before = await kept(db)
    const from = await oplogBytes(client)
    for (let written = 0; written < messages; written += atOnce) await writer.messages(customers.next().value, sayMessages(atOnce))
    const log = (await oplogBytes(client)) - from
    const after = await kept(db)
    rows.push({
      writer: writer.name,
      'messages a call': atOnce,
      'oplog, bytes a message': rounded(log / messages),
      'documents, bytes a message': rounded((after.documents - before.documents) / messages),
      'indexes, bytes a message': rounded((after.indexes - before.indexes) / messages),
    })
  }
  return rows
}

/** The bytes of all documents as BSON, and of all indexes as they lie on disk. */
async function kept(db: Db) {
  const sizes = await stats(db)
  return {
    documents: sizes.reduce((sum, { documents }) => sum + documents, 0),
    indexes: sizes.flatMap(({ indexes }) => Object.values(indexes)).reduce((sum, bytes) => sum + bytes, 0),
  }
}

async function ofParts(db: Db) {
  const sizes = await stats(db)
  return sizes
    .flatMap(({ name, documents, indexes }) => [
      { part: name, bytes: documents },
      ...Object.entries(indexes).map(([index, bytes]) => ({ part: `${name}: ${index}`, bytes })),
    ])
    .filter(({ bytes }) => bytes > 10 * messages)
    .map(({ part, bytes }) => ({ part, 'bytes a message': rounded(bytes / messages) }))
    .sort((a, b) => b['bytes a message'] - a['bytes a message'])
}

/** The sizes of each collection. A checkpoint comes first, because what is not written by one counts for nothing. */
async function stats(db: Db) {
  await db.admin().command({ fsync: 1 })
  const collections = await db.listCollections({}, { nameOnly: true }).toArray()
  return Promise.all(
    collections.map(async ({ name }) => {
      const [found] = await db
        .collection(name)
        .aggregate<{ storageStats: { size: number; indexSizes: Record<string, number> } }>([{ $collStats: { storageStats: {} } }])
        .toArray()
      return { name, documents: found?.storageStats.size ?? 0, indexes: found?.storageStats.indexSizes ?? {} }
    }),
  )
}

/** The bytes of all entries of the oplog. It must be large enough not to lose any meanwhile. */
async function oplogBytes(client: MongoClient): Promise<number> {
  const [found] = await client
    .db('local')
    .collection('oplog.rs')
    .aggregate<{ bytes: number }>([{ $match: { op: { $ne: 'n' } } }, { $group: { _id: null, bytes: { $sum: { $bsonSize: '$$ROOT' } } } }])
    .toArray()
  return found?.bytes ?? 0
}

const server = await startThrowawayReplicaSet(['--wiredTigerCacheSizeGB', '1', '--oplogSize', '1024'])
try {
  await measureMongo(server.url)
} finally {
  await server.stop()
}
