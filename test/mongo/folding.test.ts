import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConversationEventsResult, createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, messages, namesOf, openDatabase, type TestDatabase } from './database.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('concurrent calls for one conversation', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
  })
  afterAll(() => database[Symbol.asyncDispose]())

  test('64 of them take a few transactions, and each gets its own result, in the order of the calls', async () => {
    const key = customer()
    let results: ConversationEventsResult[] = []
    const commands = await database.commandsOf(async () => {
      const calls = messages(64).map((event) => database.account.upsertConversationWithEvents({ ...key, events: [event] }))
      results = await Promise.all(calls)
    })
    expect(namesOf(commands).filter((name) => name === 'commitTransaction').length).toBeLessThanOrEqual(3)
    expect(results.map(({ outcome }) => outcome)).toEqual(['created', ...Array(63).fill('updated')])
    expect(results.map(({ conversation }) => conversation?.version)).toEqual(Array.from({ length: 64 }, (_, index) => index))
    expect(results.map(({ conversation }) => conversation?.lastSeq)).toEqual(Array.from({ length: 64 }, (_, index) => index + 1))
  })

  test('one that is refused gets its own error, and leaves nothing', async () => {
    const key = customer()
    const { account } = database
    await account.upsertConversation(key)
    const calls = messages(10).map((event, index) => {
      const expectedVersion = index === 4 ? { expectedVersion: 77 } : {}
      return account.upsertConversationWithEvents({ ...key, ...expectedVersion, events: [event] })
    })
    const settled = await Promise.allSettled(calls)
    expect(settled.map(({ status }) => status)).toEqual([...Array(4).fill('fulfilled'), 'rejected', ...Array(5).fill('fulfilled')])
    expect(settled[4]).toMatchObject({ reason: { code: 'VERSION_CONFLICT', details: { expected: 77, actual: 4 } } })
    const conversation = await account.findByOaAndCustomer(key)
    expect(conversation).toMatchObject({ version: 9, lastSeq: 9, unreadCount: 9 })
    expect(await account.findMessage({ ...key, messageId: 'm-4' })).toBeNull()
  })

  test('an atomic bulk that fails is undone whole among calls that succeed', async () => {
    const [one, other] = [customer(), customer()]
    const { account } = database
    await account.upsertConversation(other)
    const single = (prefix: string) => account.upsertConversationWithEvents({ ...one, events: messages(1, prefix) })
    const bad = { ...other, expectedVersion: 'absent' as const, events: messages(1) }
    const bulk = (atomic: boolean) =>
      account.bulkUpsertConversationsWithEvents({ conversations: [{ ...one, events: messages(3, `bulk-${atomic}`) }, bad], atomic })
    const [first, refused, isolated, last] = await Promise.allSettled([single('first'), bulk(true), bulk(false), single('last')])
    expect(first).toMatchObject({ value: { outcome: 'created' } })
    expect(refused).toMatchObject({ reason: { code: 'VERSION_CONFLICT' } })
    expect(isolated).toMatchObject({
      value: [
        { ok: true, outcome: 'updated' },
        { ok: false, error: { code: 'VERSION_CONFLICT' } },
      ],
    })
    expect(last).toMatchObject({ value: { outcome: 'updated' } })
    expect(await account.findByOaAndCustomer(one)).toMatchObject({ lastSeq: 5, unreadCount: 5, version: 2 })
    expect(await account.findMessage({ ...one, messageId: 'bulk-true-0' })).toBeNull()
  })

  test('one that the database refuses does not fail those that were folded with it', async () => {
    const key = customer()
    const { account, db } = database
    await account.upsertConversation(key)
    await db.command({ collMod: 'messages', validator: { text: { $ne: 'refused by the host' } } })
    const events = [...messages(5), { type: 'message', messageId: 'bad', text: 'refused by the host' } as const, ...messages(5, 'n')]
    const settled = await Promise.allSettled(events.map((event) => account.upsertConversationWithEvents({ ...key, events: [event] })))
    await db.command({ collMod: 'messages', validator: {} })
    expect(settled.map(({ status }) => status)).toEqual([...Array(5).fill('fulfilled'), 'rejected', ...Array(5).fill('fulfilled')])
    expect(await account.findByOaAndCustomer(key)).toMatchObject({ lastSeq: 10, version: 10 })
  })

  test('several adapters and aliases of one customer lose nothing', async () => {
    await using other = await openDatabase(serverUrl('mongoReplicaSet'))
    const key = customer()
    const { account } = other
    await account.upsertConversation({ ...key, customerUsername: 'lan', matchUsername: true })
    const aliases = Array.from({ length: 4 }, (_, index) => ({ ...key, customerId: `${key.customerId}-${index}` }))
    for (const alias of aliases) await account.upsertConversation({ ...alias, customerUsername: 'lan', matchUsername: true })
    const calls = [key, ...aliases].flatMap((each) =>
      messages(10, each.customerId).map((event) => account.upsertConversationWithEvents({ ...each, events: [event] })),
    )
    const results = await Promise.all(calls)
    expect(results.map(({ conversation }) => conversation?.lastSeq).sort((a = 0, b = 0) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    )
    const { id: conversationId } = (await account.findByOaAndCustomer(key)) ?? { id: '' }
    const { items } = await account.listMessages({ conversationId, limit: 100 })
    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  })

  test('an event that waits and the message that it waits for find each other, whichever comes first', async () => {
    const { account } = database
    for (let round = 0; round < 20; round++) {
      const key = customer()
      if (round % 2 === 0) await account.upsertConversation(key)
      await Promise.all([
        account.upsertConversationWithEvents({ ...key, events: [{ type: 'message', messageId: 'target', text: 'first' }] }),
        (await twin(database)).upsertConversationWithEvents({
          ...key,
          events: [{ type: 'message_edit', targetMessageId: 'target', text: 'edited' }],
        }),
      ])
      expect(await account.findMessage({ ...key, messageId: 'target' })).toMatchObject({ text: 'edited' })
    }
  })
})

/**
 * The same account through a second adapter, as another process would have it. The two adapters do not share a queue.
 */
async function twin({ client, db }: TestDatabase) {
  const account = createConversationStore({ adapter: mongo({ client, db }) }).forAccount('acme')
  await account.findConversation({ conversationId: 'none' })
  return account
}
