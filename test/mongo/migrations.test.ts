import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { collectionNames } from '../../src/mongo/schema/collections.js'
import { storeIndexes } from '../../src/mongo/schema/indexes.js'
import { storeMigrations } from '../../src/mongo/schema/steps.js'
import { latestSchema } from '../../src/mongo/schema/store-schema.js'
import { recordNewerSchema } from '../contract/mongo-backend.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase, type TestDatabase } from './database.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the schema on MongoDB', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
  })
  afterEach(() => database[Symbol.asyncDispose]())

  const empty = async () => {
    await database.db.dropDatabase()
    return () => mongo({ client: database.client, db: database.db })
  }

  const changeEntry = (fields: Readonly<Record<string, string>>) =>
    database.db
      .collection('conversation_store_migrations')
      .updateOne(
        { 'entries.collection': 'messages' },
        { $set: Object.fromEntries(Object.entries(fields).map(([field, value]) => [`entries.$[entry].${field}`, value])) },
        { arrayFilters: [{ 'entry.id': 'conversation-store/messages@001' }] },
      )

  test('is made once by twenty that migrate at once', async () => {
    const adapter = await empty()
    const reports = await Promise.all(Array.from({ length: 20 }, () => adapter().migrate()))
    expect(reports.filter(({ applied }) => applied.length > 0)).toEqual([
      { applied: storeMigrations.map(({ collection, version }) => `conversation-store/${collection}@${version}`), schema: latestSchema },
    ])
    expect(await adapter().checkSchema()).toEqual({ ok: true, schema: latestSchema, missing: [], different: [] })
    const documents = await database.db.collection('conversation_store_migrations').find().toArray()
    expect(documents.map(({ _id }) => String(_id)).sort()).toEqual(['lease', 'ledger'])
  })

  test('is left alone by a second run, which is one command', async () => {
    const commands = await database.commandsOf(async () => {
      expect(await database.store.migrate()).toEqual({ applied: [], schema: latestSchema })
    })
    expect(commands.map(({ commandName }) => commandName)).toEqual(['find'])
  })

  test('is required before the first operation, for the server would make collections without their unique indexes', async () => {
    const adapter = (await empty())()
    const account = createConversationStore({ adapter }).forAccount('acme')
    await expect(account.upsertConversation(customer())).rejects.toMatchObject({
      code: 'SCHEMA_OUT_OF_DATE',
      details: { missing: expect.arrayContaining(['migration 001-create-conversations-collection']) },
    })
    expect(await database.db.listCollections().toArray()).toEqual([])
    await adapter.migrate()
    expect(await account.upsertConversation(customer())).toMatchObject({ outcome: 'created' })
  })

  test('of a newer library is not migrated, and serves as long as it has what we know', async () => {
    await recordNewerSchema(database.db)
    const adapter = () => mongo({ client: database.client, db: database.db })
    const call = () => createConversationStore({ adapter: adapter() }).forAccount('acme').upsertConversation(customer())
    const tooNew = { code: 'SCHEMA_TOO_NEW', details: { found: 900, supported: latestSchema } }
    expect(await call()).toMatchObject({ outcome: 'created' })
    await expect(adapter().migrate()).rejects.toMatchObject(tooNew)
    expect(await adapter().checkSchema()).toMatchObject({
      ok: false,
      schema: 900,
      different: [`schema 900, which is newer than this library's ${latestSchema}`],
    })

    await changeEntry({ state: 'reverted' })
    await expect(call()).rejects.toMatchObject(tooNew)
  })

  test('is not migrated when a step was changed after it was applied', async () => {
    await changeEntry({ checksum: 'x' })
    await expect(database.store.migrate()).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    expect(await database.store.checkSchema()).toMatchObject({ ok: false, different: ['migration conversation-store/messages@001'] })
  })

  test('is compared index by index', async () => {
    const { db, store } = database
    await db.collection('messages').dropIndex('idx_messages_seq')
    await db.collection('conversations').dropIndex('idx_conversations_user_phone')
    await db
      .collection('conversations')
      .createIndex(
        { accountId: 1, oa_id: 1, customer_id: 1 },
        { name: 'idx_conversations_user_phone', partialFilterExpression: { active: true } },
      )
    await db.collection('inbox_owners').drop()
    expect(await store.checkSchema()).toEqual({
      ok: false,
      schema: latestSchema,
      missing: ['collection inbox_owners', 'index idx_messages_seq'],
      different: ['index idx_conversations_user_phone'],
    })
  })

  test("is the same whatever the order of an index's options, and with an index of the host beside", async () => {
    const { db, store } = database
    await db.collection('conversations').dropIndex('idx_conversations_username')
    await db.collection('conversations').createIndex(
      { accountId: 1, oa_id: 1, username_key: 1 },
      {
        partialFilterExpression: { username_key: { $exists: true }, active: true },
        unique: true,
        sparse: false,
        name: 'idx_conversations_username',
      },
    )
    await db.collection('conversations').createIndex({ nickname: 1 })
    expect(await store.checkSchema()).toMatchObject({ ok: true })
  })

  test('with a collation of the host is different: its accounts would not be told apart by case', async () => {
    const adapter = await empty()
    await database.db.createCollection('contacts', { collation: { locale: 'en', strength: 2 } })
    await adapter().migrate()
    expect(await adapter().checkSchema()).toMatchObject({ ok: false, different: ['collation of contacts'] })
  })

  test('that cannot be made says which index, and is made once that can be', async () => {
    const adapter = () => mongo({ client: database.client, db: database.db })
    const twice = { accountId: 'acme', oa_id: 'o', customer_id: 'c', active: true }
    const conversations = database.db.collection('conversations')
    await conversations.dropIndex('idx_conversations_user_phone')
    await conversations.insertMany([{ ...twice }, { ...twice }])
    await database.db
      .collection('conversation_store_migrations')
      .updateMany({ entries: { $exists: true } }, { $set: { 'entries.$[].state': 'reverted' } })
    const refused = {
      code: 'DUPLICATE_KEYS',
      details: {
        collection: 'conversations',
        index: 'idx_conversations_user_phone',
        groups: [{ key: { accountId: 'acme', oa_id: 'o', customer_id: 'c' }, count: 2 }],
      },
      cause: { code: 11000 },
    }
    await expect(adapter().migrate()).rejects.toMatchObject(refused)
    await conversations.deleteMany({})
    expect(await adapter().migrate()).toMatchObject({ schema: latestSchema })
    expect(await adapter().checkSchema()).toMatchObject({ ok: true })
  })

  test('is what the steps make: the declared collections and indexes, and nothing else', async () => {
    const { db } = database
    const made = await Promise.all(
      collectionNames.map(async (name) => [
        name,
        (await db.collection(name).indexes()).filter((index) => index.name !== '_id_').map(({ v: _, ...index }) => index),
      ]),
    )
    const declared = collectionNames.map((name) => [
      name,
      storeIndexes.filter(({ collection }) => collection === name).map(({ key, options }) => ({ key, ...options })),
    ])
    const inOrder = (all: unknown) => JSON.parse(JSON.stringify(all), (_, value) => (Array.isArray(value) ? value.sort(byName) : value))
    expect(inOrder(made)).toEqual(inOrder(declared))
    const collections = (await db.listCollections().toArray()).map(({ name }) => name)
    expect(collections.sort()).toEqual([...collectionNames, 'conversation_store_migrations'].sort())
  })

  test('has no index that does not lead with the account', () => {
    for (const { key, options } of storeIndexes) expect(Object.keys(key)[0], options.name).toBe('accountId')
  })

  test('serves each of its questions by an index', async () => {
    const { db } = database
    const account = { accountId: 'acme' }
    // The account holds enough rows that a wrong index would cost more.
    const rows = Array.from({ length: 300 }, (_, n) => ({
      ...account,
      oa_id: 'o',
      customer_id: `${n}`,
      contact_inbox_id: 'x',
      conversation_id: `${n}`,
    }))
    const rowsWith = (fields: (n: number) => object) => rows.map((row, n) => ({ ...row, ...fields(n) }))
    await db
      .collection('conversations')
      .insertMany(rowsWith((n) => ({ active: true, username_key: `${n}`, status: n % 2 ? 'open' : 'snoozed' })))
    await db.collection('contact_inboxes').insertMany(rowsWith(() => ({ canonical_id: 'y' })))
    await db
      .collection('messages')
      .insertMany(rowsWith((n) => ({ seq: n, message_id: `${n}`, local_id: `${n}`, awaits: ['delivered'], sent_at: new Date() })))
    await db
      .collection('contact_interaction_events')
      .insertMany(rowsWith((n) => ({ event_seq: n, message_id: `${n}`, dedupe_key: `${n}` })))
    const of = { ...account, contact_inbox_id: 'x' }
    const questions = [
      ['conversations', { ...account, oa_id: 'o', customer_id: 'c', active: true }, 'idx_conversations_user_phone'],
      ['conversations', { ...account, oa_id: 'o', username_key: 'u', active: true }, 'idx_conversations_username'],
      ['contact_inboxes', { ...account, oa_id: 'o', customer_id: { $in: ['c', 'd'] } }, 'idx_contact_inboxes_customer'],
      ['contact_inboxes', { ...account, canonical_id: 'x' }, 'idx_contact_inboxes_canonical'],
      ['messages', { ...of, message_id: { $in: ['m', 'n'] } }, 'idx_messages_message_id'],
      ['messages', { ...of, local_id: 'l' }, 'idx_messages_local_id'],
      ['messages', { ...of, awaits: 'read', sent_at: { $lte: new Date() } }, 'idx_messages_unread_by_customer'],
      ['messages', { ...account, conversation_id: 'c', seq: { $gt: 3 } }, 'idx_messages_seq'],
      ['contact_interaction_events', { ...of, message_id: 'm' }, 'idx_unique_event_by_message'],
      ['contact_interaction_events', { ...of, dedupe_key: { $in: ['k', 'l'] } }, 'idx_unique_event_by_timestamp'],
      ['contact_interaction_events', { ...of, waiting: true, target_message_id: 'm' }, 'idx_events_waiting_target'],
      ['contact_interaction_events', { ...of, waiting: true, target_message_id: null, local_id: null }, 'idx_events_waiting_target'],
      ['contact_interaction_events', { ...of, waiting: true, local_id: { $in: ['l', 'k'] } }, 'idx_events_waiting_local'],
      ['contact_interaction_events', { ...of, waiting: true, created_at: { $lte: new Date() } }, 'idx_events_waiting_order'],
      ['contact_interaction_events', { ...account, waiting: true, created_at: { $lte: new Date() } }, 'idx_events_waiting_age'],
      ['contact_interaction_events', { ...account, conversation_id: 'c', event_seq: { $gt: 0 } }, 'idx_events_seq'],
      ['conversations', { ...account, status: 'snoozed', $expr: { $lte: ['$snoozed_until', '$$NOW'] } }, 'idx_conversations_snoozed'],
    ] as const
    for (const [collection, filter, index] of questions) {
      const sort = index === 'idx_conversations_snoozed' ? ({ snoozed_until: 1, _id: 1 } as const) : {}
      // The queries for what waits say which index they want, and the server refuses one that does not serve them.
      const hint = index.startsWith('idx_events_waiting_') ? { hint: index } : {}
      const { queryPlanner } = await db.collection(collection).find(filter, hint).sort(sort).explain('queryPlanner')
      expect(JSON.stringify(queryPlanner.winningPlan), index).toContain(`"indexName":"${index}"`)
    }
  })
})

function byName(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
}
