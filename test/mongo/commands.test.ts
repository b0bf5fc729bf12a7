import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, messages, namesOf, openDatabase, type TestDatabase } from './database.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the commands that a call costs', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
    await database.account.connectInbox({ oaId: 'page', channel: 'messenger' })
  })
  afterAll(() => database[Symbol.asyncDispose]())

  const cost = async (work: () => Promise<unknown>) => namesOf(await database.commandsOf(work))
  const known = async () => {
    const key = customer()
    await database.account.upsertConversationWithEvents({ ...key, events: messages(2) })
    return key
  }

  test('a change to the conversation of a known customer is one command', async () => {
    const { account } = database
    const key = await known()
    const one = ['findAndModify conversations']
    expect(await cost(() => account.upsertConversation({ ...key, nickname: 'Lan' }))).toEqual(one)
    expect(await cost(() => account.upsertConversation({ ...key, nickname: 'Lan' }))).toEqual(one)
    expect(await cost(() => account.updateConversation({ ...key, metadata: { vip: true } }))).toEqual(one)
    expect(await cost(() => account.updateNickname({ ...key, nickname: null }))).toEqual(one)
    expect(await cost(() => account.markRead(key))).toEqual(one)
    expect(await cost(() => account.snoozeConversation({ ...key, until: new Date('2100-01-01') }))).toEqual(one)
    expect(await cost(() => account.closeConversation(key))).toEqual(one)
  })

  test('the read horizon is moved by what was read of the messages, and one command', async () => {
    const { account } = database
    const key = await known()
    const { conversation } = await account.upsertConversationWithEvents({ ...key, events: messages(5) })
    const read = 'aggregate conversations'
    const write = 'update conversations'
    expect(await cost(() => account.markRead({ ...key, seq: (conversation?.lastSeq ?? 0) - 3 }))).toEqual([
      read,
      'aggregate messages',
      write,
    ])
    const upToTime = async () => account.markRead({ ...key, upToTime: new Date('2100-01-01') })
    expect(await cost(upToTime)).toEqual([read, 'find messages', write])
    expect(await cost(() => account.markUnread(key))).toEqual([read, 'find messages', write])
  })

  test('a refused change is the same one command', async () => {
    const { account } = database
    const key = await known()
    const stale = () =>
      expect(account.updateNickname({ ...key, nickname: 'x', expectedVersion: 7 })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
    expect(await cost(stale)).toEqual(['findAndModify conversations'])
    const taken = () =>
      expect(account.upsertConversation({ ...key, expectedVersion: 'absent' })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
    expect(await cost(taken)).toEqual(['findAndModify conversations'])
  })

  test('five messages into a known conversation are five commands, with the commit', async () => {
    const key = await known()
    const commands = await cost(() => database.account.upsertConversationWithEvents({ ...key, events: messages(5, 'next') }))
    expect(commands).toEqual([
      'aggregate conversations',
      'update conversations',
      'insert messages',
      'insert contact_interaction_events',
      'commitTransaction',
    ])
  })

  test('the first messages of a customer are eight commands, two of them reads', async () => {
    const commands = await cost(() => database.account.upsertConversationWithEvents({ ...customer(), events: messages(5) }))
    expect(commands.slice(0, 2)).toEqual(['aggregate conversations', 'aggregate contact_inboxes'])
    expect(commands).toHaveLength(8)
  })

  test('a message that is there without its event is found at the second attempt, and is a duplicate', async () => {
    const { account, db } = database
    const key = await known()
    await db.collection('contact_interaction_events').deleteMany({ message_id: 'm-1' })
    const again = { ...key, events: [...messages(2), ...messages(1, 'other')] }
    const results: unknown[] = []
    const commands = await cost(async () => results.push(await account.upsertConversationWithEvents(again)))
    expect(results).toMatchObject([{ outcome: 'updated', duplicates: 2, conversation: { lastSeq: 3, unreadCount: 3 } }])
    expect(commands.filter((name) => name === 'abortTransaction')).toHaveLength(1)
  })

  test('an active conversation that is not the latest is found at once; for a reply it is one more read', async () => {
    const { account } = database
    const key = await known()
    const first = await account.closeConversation(key)
    const { conversation: second } = await account.upsertConversation(key)
    await account.closeConversation({ conversationId: second.id })
    await account.reopenConversation({ conversationId: first.conversation.id })
    const results: unknown[] = []
    const send = async () => results.push(await account.upsertConversationWithEvents({ ...key, events: messages(1, 'late') }))
    expect(await cost(send)).toHaveLength(5)
    expect(results).toMatchObject([{ outcome: 'updated', conversation: { id: first.conversation.id, lastSeq: 3 } }])
    const reply = { type: 'message', localId: 'r-1', direction: 'outbound', text: 'Good morning' } as const
    expect(await cost(() => account.upsertConversationWithEvents({ ...key, events: [reply] }))).toHaveLength(6)
  })

  test('a replay reads and writes nothing', async () => {
    const key = await known()
    const commands = await cost(() => database.account.upsertConversationWithEvents({ ...key, events: messages(2) }))
    expect(commands).toEqual(['aggregate conversations', 'commitTransaction'])
  })

  test.each([
    ['new customers', 0],
    ['known customers', 200],
    ['new and known customers', 100],
  ])('a bulk of %s is eight commands at most', async (_, knownOnes) => {
    const keys = Array.from({ length: 200 }, customer)
    const itemsOf = (count: number, prefix: string) => keys.slice(0, count).map((key) => ({ ...key, events: messages(5, prefix) }))
    if (knownOnes > 0) await database.account.bulkUpsertConversationsWithEvents({ conversations: itemsOf(knownOnes, 'old') })
    const commands = await cost(() => database.account.bulkUpsertConversationsWithEvents({ conversations: itemsOf(200, 'new') }))
    expect(commands.length).toBeLessThanOrEqual(8)
  })

  test('a page is one command', async () => {
    const { account } = database
    const { conversation } = await account.upsertConversation(await known())
    const { id: conversationId } = conversation
    expect(await cost(async () => account.listConversations({ status: 'active', limit: 500 }))).toEqual(['find conversations'])
    expect(await cost(async () => account.listMessages({ conversationId }))).toEqual(['find conversations', 'find messages'])
    expect(await cost(async () => account.listEvents({ conversationId }))).toEqual([
      'find conversations',
      'find contact_interaction_events',
    ])
  })

  test('an adapter asks for the ledger and for the kind of server once', async () => {
    await using other = await openDatabase(serverUrl('mongoReplicaSet'))
    const commands = await other.commandsOf(async () => {
      const account = createConversationStore({ adapter: mongo({ client: other.client, db: other.db }) }).forAccount('acme')
      await Promise.all(Array.from({ length: 5 }, () => account.upsertConversation(customer())))
    })
    const names = namesOf(commands)
    expect(names.filter((name) => name === 'find conversation_store_migrations')).toHaveLength(1)
    expect(names.filter((name) => name === 'hello')).toHaveLength(1)
  })
})
