import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, messages, namesOf, openDatabase, type TestDatabase } from './database.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('calls of many customers that share transactions', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'), {}, { coalesce: true })
  })
  afterAll(() => database[Symbol.asyncDispose]())

  const customers = (count: number) => Array.from({ length: count }, () => customer())
  const write = (key: ReturnType<typeof customer>, more: object = {}) =>
    database.account.upsertConversationWithEvents({ ...key, events: messages(1), ...more })

  test('64 of them take a few transactions, and each gets its own result', async () => {
    const keys = customers(64)
    for (const outcome of ['created', 'duplicate']) {
      let results: Awaited<ReturnType<typeof write>>[] = []
      const commands = await database.commandsOf(async () => {
        results = await Promise.all(keys.map((key) => write(key)))
      })
      const commits = namesOf(commands).filter((name) => name === 'commitTransaction')
      expect(commits.length).toBeLessThanOrEqual(10)
      expect(results.map((result) => result.outcome)).toEqual(keys.map(() => outcome))
      expect(results.map(({ conversation }) => conversation?.customerId)).toEqual(keys.map(({ customerId }) => customerId))
    }
  })

  test('one that is refused gets its own error, and leaves nothing', async () => {
    const keys = customers(8)
    const settled = await Promise.allSettled(keys.map((key, index) => write(key, index === 5 ? { expectedVersion: 7 } : {})))
    expect(settled.map(({ status }) => status)).toEqual(keys.map((_, index) => (index === 5 ? 'rejected' : 'fulfilled')))
    expect(settled[5]).toMatchObject({ reason: { code: 'VERSION_CONFLICT', details: { expected: 7, actual: null } } })
    expect(await database.account.findByOaAndCustomer(keys[5] ?? customer())).toBeNull()
  })

  test('one that the database refuses does not fail its neighbours', async () => {
    const keys = customers(8)
    await database.db.command({ collMod: 'messages', validator: { text: { $ne: 'refused by the host' } } })
    const bad = { events: [{ type: 'message', messageId: 'bad', text: 'refused by the host' }] }
    const settled = await Promise.allSettled(keys.map((key, index) => write(key, index === 5 ? bad : {})))
    await database.db.command({ collMod: 'messages', validator: {} })
    expect(settled.map(({ status }) => status)).toEqual(keys.map((_, index) => (index === 5 ? 'rejected' : 'fulfilled')))
  })

  test('a conversation that another transaction holds keeps back its own calls alone', async () => {
    const keys = customers(8)
    for (const key of keys) await database.account.upsertConversation(key)
    const [held = customer(), ...others] = keys
    const session = database.client.startSession()
    session.startTransaction()
    const filter = { accountId: 'acme', customer_id: held.customerId }
    await database.db.collection('conversations').updateOne(filter, { $inc: { lock: 1 } }, { session })
    const waiting = write(held)
    const results = await Promise.all(others.map((key) => write(key)))
    expect(results.map(({ outcome }) => outcome)).toEqual(others.map(() => 'updated'))
    await session.commitTransaction()
    await session.endSession()
    expect(await waiting).toMatchObject({ outcome: 'updated', conversation: { lastSeq: 1 } })
  })

  test('calls of one customer keep their order', async () => {
    const keys = customers(6)
    const calls = messages(5).flatMap((event) =>
      keys.map((key) => database.account.upsertConversationWithEvents({ ...key, events: [event] })),
    )
    const results = await Promise.all(calls)
    expect(results.map(({ conversation }) => conversation?.lastSeq)).toEqual([1, 2, 3, 4, 5].flatMap((seq) => keys.map(() => seq)))
  })
})
