import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { describe, expect, onTestFinished, test } from 'vitest'
import { previewTarget } from '../../src/migrator/kernel/run-target.js'
import { mongo } from '../../src/mongo/index.js'
import { mongoTarget } from '../../src/mongo/migrator/target.js'
import { prefixedDb } from '../../src/mongo/prefixed-db.js'
import { collectionNames } from '../../src/mongo/schema/collections.js'
import { storeMigrations } from '../../src/mongo/schema/steps.js'
import { mongoDatabases } from '../../src/platform/mongo/databases.js'
import { MIGRATIONS } from '../../src/platform/mongo/migrations.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase } from './database.js'
import { run } from './migration-runs.js'

const refused =
  'UNSUPPORTED: migrate() needs no other collection of that name (messages is there already, with documents): ' +
  'use another database, or a collectionPrefix'

async function hostDatabase(server: 'mongoReplicaSet' | 'mongoStandalone') {
  const client = await new MongoClient(serverUrl(server)).connect()
  const db = client.db(`test_${randomBytes(6).toString('hex')}`)
  onTestFinished(async () => {
    await db.dropDatabase()
    await client.close()
  })
  await db.collection('messages').insertMany([{ text: 'mine' }, { text: 'mine' }])
  return { client, db, store: (collectionPrefix?: string) => mongo({ client, db, ...(collectionPrefix && { collectionPrefix }) }) }
}

describe.each([
  ['a replica set', 'mongoReplicaSet'],
  ['a standalone server', 'mongoStandalone'],
] as const)("a host's own messages on %s", (_, server) => {
  test.skipIf(isServerAbsent(server))('are not taken over: migrate() refuses before it makes anything', async () => {
    const { db, store } = await hostDatabase(server)
    await expect(store().migrate()).rejects.toThrow(refused)
    const left = (await db.listCollections().toArray()).map(({ name }) => name).filter((name) => name !== 'conversation_store_migrations')
    expect(left).toEqual(['messages'])
    expect((await db.collection('messages').indexes()).map(({ name }) => name)).toEqual(['_id_'])
    await expect(store().migrate()).rejects.toMatchObject({ code: 'UNSUPPORTED', details: { operation: 'migrate()' } })
  })

  test.skipIf(isServerAbsent(server))('stay as they are beside a store with a prefix', async () => {
    const { db, store } = await hostDatabase(server)
    const adapter = store('chat_')
    await adapter.migrate()
    expect(await adapter.checkSchema()).toMatchObject({ ok: true })
    const names = (await db.listCollections().toArray()).map(({ name }) => name).sort()
    expect(names).toEqual(['messages', ...collectionNames.map((name) => `chat_${name}`), 'chat_conversation_store_migrations'].sort())
    expect(await db.collection('messages').countDocuments()).toBe(2)
    expect(await adapter.migrate()).toMatchObject({ applied: [] })
    await db.collection('chat_inbox_owners').drop()
    expect(await adapter.checkSchema()).toMatchObject({ missing: ['collection chat_inbox_owners'] })
  })
})

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a host’s own collections', () => {
  test('are told by a dry run, and get no index by a sync', async () => {
    const { client, db } = await hostDatabase('mongoReplicaSet')
    await db.collection('inboxes').insertOne({ address: 'me@example.com' })
    const target = mongoTarget({ client, db, migrations: storeMigrations })
    const needs =
      'no other collection of these names (inboxes, messages are there already, with documents): use another database, or a collectionPrefix'
    const stopped = (await previewTarget(target, run())).filter(({ steps }) => steps.some(({ stops }) => stops))
    expect(stopped.map(({ migration, steps }) => [migration, steps[0]?.obstacles[0]])).toEqual([
      ['conversation-store/inboxes@001', needs],
      ['conversation-store/messages@001', needs],
    ])
    const sync = { indexSet: null, prune: false, collection: null }
    await expect(target.previewIndexes(sync)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    const locked = await target.lock({ waitMs: 0, signal: null, onWait() {} })
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    const syncing = locked.syncIndexes(sync, { signal: new AbortController().signal, logger, batchSize: 1, onStep() {} })
    await expect(syncing).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    await locked.release()
    expect((await db.collection('messages').indexes()).map(({ name }) => name)).toEqual(['_id_'])
  })

  test('fail the tenant whose database they are in, with the reason', async () => {
    const { client, db } = await hostDatabase('mongoReplicaSet')
    const databases = mongoDatabases({ client, publicDatabase: `${db.databaseName}_public`, migrations: MIGRATIONS })
    const { createMigrator } = await import('../../src/migrator/create-migrator.js')
    onTestFinished(async () => void (await client.db(`${db.databaseName}_public`).dropDatabase()))
    const migrator = createMigrator({ databases })
    const report = await migrator.onTenantCreated({ tenantId: 'acme', database: db.databaseName }).catch((error: unknown) => error)
    expect(JSON.stringify(report) + String(report)).toContain('messages is there already, with documents')
  })

  test('may be empty, and stay the store’s when its migration is undone and run again', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const { db, adapter, account } = database
    await account.upsertConversation(customer())
    await db
      .collection<{ _id: string }>('conversation_store_migrations')
      .updateOne({ _id: 'ledger' }, { $set: { 'entries.$[].state': 'reverted' } })
    await expect(adapter.migrate()).resolves.toMatchObject({ applied: expect.arrayContaining(['conversation-store/messages@001']) })
  })

  test.each(['a$b', 'system.', '1', 'é', 'x'.repeat(101), 7])('may not have the prefix %j', async (collectionPrefix) => {
    const client = new MongoClient('mongodb://127.0.0.1:1')
    expect(() => mongo({ client, db: 'a', collectionPrefix: collectionPrefix as string })).toThrow('collectionPrefix: must be letters')
  })
})

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a store whose collections have a prefix', () => {
  const message = (messageId: string, fields: object = {}) => ({ type: 'message', messageId, text: messageId, ...fields }) as const

  test('finds its people, messages and conversations by every look-up', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'), {}, { collectionPrefix: 'chat.' })
    const { account, db, store } = database
    const whom = customer()
    await store.forAccount('acme').connectInbox({ oaId: whom.oaId, channel: 'whatsapp' })
    const first = await account.upsertConversationWithEvents({ ...whom, customerName: 'Lan', events: [message('m1'), message('m2')] })
    expect(await account.upsertConversationWithEvents({ ...whom, events: [message('m2')] })).toMatchObject({ outcome: 'duplicate' })
    const bulk = [message('m3'), message('m4')].map((event) => ({ ...whom, events: [event] }))
    await account.bulkUpsertConversationsWithEvents({ conversations: [...bulk, { ...customer(), events: [message('n1')] }] })
    const { items } = await account.listMessages({ conversationId: first.conversation?.id ?? '' })
    expect(items.map(({ text }) => text).sort()).toEqual(['m1', 'm2', 'm3', 'm4'])
    expect(await account.markRead(whom)).toMatchObject({ conversation: { unreadCount: 0 } })
    expect(await store.findInboxOwner({ oaId: whom.oaId, channel: 'whatsapp' })).toMatchObject({ accountId: 'acme' })
    const names = (await db.listCollections().toArray()).map(({ name }) => name)
    expect(names.filter((name) => !name.startsWith('chat.'))).toEqual([])
  })

  test('names its collections in full where an index stands in the way', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'), {}, { collectionPrefix: 'chat_' })
    const { account, client, db, store } = database
    await db.collection('chat_conversations').createIndex({ oa_id: 1, customer_id: 1 }, { name: 'old', unique: true })
    const whom = customer()
    await account.upsertConversation(whom)
    await account.closeConversation(whom)
    await expect(account.upsertConversation(whom)).rejects.toMatchObject({
      code: 'FOREIGN_UNIQUE_INDEX',
      details: { table: 'chat_conversations', index: 'old' },
    })
    expect(await store.checkSchema()).toMatchObject({ foreign: ['old, unique on chat_conversations (oa_id, customer_id)'] })
    await db.collection('chat_messages').dropIndex('idx_messages_seq')
    const target = mongoTarget({ client, db: prefixedDb(db, 'chat_'), migrations: storeMigrations })
    const [action] = await target.previewIndexes({ indexSet: null, prune: false, collection: 'messages' })
    expect(action?.would).toEqual([expect.stringContaining('db.getCollection("chat_messages").createIndex(')])
  })
})
