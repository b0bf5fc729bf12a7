import { describe, expect, test } from 'vitest'
import { mongoDatabases } from '../../src/platform/mongo/databases.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase } from './database.js'

const message = { type: 'message', messageId: 'm1', text: 'Hello?' } as const
const old = { name: 'oa_id_1_customer_id_1', unique: true }

describe.each([
  ['a replica set', 'mongoReplicaSet'],
  ['a standalone server', 'mongoStandalone'],
] as const)('a unique index that is not the store’s on %s', (_, server) => {
  test.skipIf(isServerAbsent(server))('is the answer of the write that it refuses, once, and nothing is written', async () => {
    await using database = await openDatabase(serverUrl(server))
    const { account, db, store } = database
    await db.collection('conversations').createIndex({ oa_id: 1, customer_id: 1 }, old)
    const whom = customer()
    await account.upsertConversation(whom)
    await account.closeConversation(whom)
    const before = await db.collection('conversations').find().toArray()
    const refused = {
      code: 'FOREIGN_UNIQUE_INDEX',
      details: { table: 'conversations', index: 'oa_id_1_customer_id_1' },
      retryable: false,
      outcome: server === 'mongoStandalone' ? 'unknown' : 'not_applied',
    }
    await expect(account.upsertConversation(whom)).rejects.toMatchObject(refused)
    await expect(store.forAccount('umbrella').upsertConversation(whom)).rejects.toMatchObject({ code: 'FOREIGN_UNIQUE_INDEX' })
    expect(await db.collection('conversations').find().toArray()).toEqual(before)
  })

  test.skipIf(isServerAbsent(server))('is told by checkSchema, and the store’s own are not', async () => {
    await using database = await openDatabase(serverUrl(server))
    const { store, db } = database
    expect(await store.checkSchema()).toEqual({ ok: true, schema: expect.any(Number), missing: [], different: [] })
    await db.collection('conversations').createIndex({ oa_id: 1, customer_id: 1 }, old)
    await db.collection('conversations').createIndex({ nickname: 1 })
    expect(await store.checkSchema()).toMatchObject({
      ok: false,
      missing: [],
      different: [],
      foreign: ['oa_id_1_customer_id_1, unique on conversations (oa_id, customer_id)'],
    })
  })
})

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a unique index that is not the store’s', () => {
  test('ends a transaction at once, and not the calls that share it', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'), {}, { coalesce: true })
    const { account, db } = database
    await db.collection('messages').createIndex({ text: 1 }, { name: 'one_text', unique: true })
    const write = (text: string) => account.upsertConversationWithEvents({ ...customer(), events: [{ ...message, text }] })
    await write('a')
    const commands = await database.commandsOf(() => expect(write('a')).rejects.toMatchObject({ code: 'FOREIGN_UNIQUE_INDEX' }))
    expect(commands.filter(({ command }) => command.insert === 'messages' || command.update === 'messages').length).toBeLessThanOrEqual(1)
    const outcomes = await Promise.allSettled([write('a'), write('b'), write('c')])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  })

  test('is told by migrate when it brings the schema to its version, and by doctor', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const { store, db, client } = database
    await db.collection('conversations').createIndex({ oa_id: 1, customer_id: 1 }, old)
    const diagnoses = await mongoDatabases({ client, publicDatabase: db.databaseName, migrations: [] }).diagnose()
    expect(diagnoses.find(({ check }) => check === 'unique indexes')).toEqual({
      check: 'unique indexes',
      state: 'problem',
      found:
        'not the store’s, and in the way of its writes: oa_id_1_customer_id_1, unique on conversations (oa_id, customer_id); drop them',
    })
    const ledger = db.collection('conversation_store_migrations')
    await ledger.updateMany({ entries: { $exists: true } }, { $set: { 'entries.$[].state': 'reverted' } })
    expect(await store.migrate()).toMatchObject({ foreign: [expect.stringContaining('oa_id_1_customer_id_1')] })
  })
})
