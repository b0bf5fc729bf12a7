import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConversationStore, isConversationStoreError } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, messages, namesOf, openDatabase, type TestDatabase } from './database.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))("the host's own session", () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
  })
  afterAll(() => database[Symbol.asyncDispose]())

  test('carries every command, and neither commit nor retry is ours', async () => {
    const key = customer()
    const commands = await database.commandsOf(() =>
      database.client.withSession((session) =>
        session.withTransaction(async () => {
          const account = database.store.using(session).forAccount('acme')
          await account.upsertConversationWithEvents({ ...key, events: messages(2) })
          await account.upsertConversation({ ...key, customerName: 'Lan' })
          await account.markRead({ ...key, seq: 1 })
          await account.closeConversation(key)
          await account.reopenConversation(key)
          await database.db.collection('hosts').insertOne({ of: key.customerId }, { session })
        }),
      ),
    )
    expect(namesOf(commands).filter((name) => name === 'commitTransaction')).toHaveLength(1)
    for (const { command } of commands) expect(command).toMatchObject({ autocommit: false })
    expect(await database.account.findByOaAndCustomer(key)).toMatchObject({ version: 4, lastSeq: 2, unreadCount: 1, customerName: 'Lan' })
  })

  test('rolls back what was written with what the host wrote', async () => {
    const key = customer()
    const failing = database.client.withSession((session) =>
      session.withTransaction(async () => {
        await database.store
          .using(session)
          .forAccount('acme')
          .upsertConversationWithEvents({ ...key, events: messages(1) })
        throw new Error('the host changed its mind')
      }),
    )
    await expect(failing).rejects.toThrow('the host changed its mind')
    expect(await database.account.findByOaAndCustomer({ ...key, status: 'any' })).toBeNull()
  })

  test('goes on after a refusal', async () => {
    const key = customer()
    await database.account.upsertConversation(key)
    await database.client.withSession((session) =>
      session.withTransaction(async () => {
        const account = database.store.using(session).forAccount('acme')
        const refused = account.updateNickname({ ...key, nickname: 'x', expectedVersion: 9 })
        await expect(refused).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
        await expect(account.upsertConversation({ ...key, expectedVersion: 'absent' })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
        await expect(account.reopenConversation(key)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' })
        await account.updateNickname({ ...key, nickname: 'y' })
      }),
    )
    expect(await database.account.findByOaAndCustomer(key)).toMatchObject({ nickname: 'y', version: 1 })
  })

  test('gets a conflict as the driver tells it, which begins the transaction anew', async () => {
    const key = customer()
    await database.account.upsertConversation(key)
    let attempts = 0
    const seen: unknown[] = []
    await database.client.withSession((session) =>
      session.withTransaction(async () => {
        attempts += 1
        const account = database.store.using(session).forAccount('acme')
        await account.findByOaAndCustomer(key)
        if (attempts === 1) await database.account.updateNickname({ ...key, nickname: 'from elsewhere' })
        await account.updateConversation({ ...key, chatbotId: 'bot' }).catch((error) => {
          seen.push(error)
          throw error
        })
      }),
    )
    expect(attempts).toBe(2)
    expect(seen).toHaveLength(1)
    expect(isConversationStoreError(seen[0])).toBe(false)
    expect(await database.account.findByOaAndCustomer(key)).toMatchObject({ nickname: 'from elsewhere', chatbotId: 'bot', version: 2 })
  })

  test('must be one, and in a transaction', async () => {
    const adapter = mongo({ client: database.client, db: database.db })
    const store = createConversationStore({ adapter })
    expect(() => store.using({})).toThrow('VALIDATION_FAILED: the input was refused: transaction: must be a ClientSession')
    expect(() => store.using(null)).toThrow('VALIDATION_FAILED')
    await database.client.withSession(async (session) => {
      const account = store.using(session).forAccount('acme')
      await expect(account.upsertConversation(customer())).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    })
  })
})
