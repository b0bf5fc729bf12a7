import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AccountConversations, type Conversation, isConversationStoreError } from '../../src/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase, type TestDatabase } from './database.js'
import { customersWithTwo, numbersFrom, openProcesses, outcomeOf, type Processes } from './processes.js'

describe.skipIf(isServerAbsent('mongoStandalone'))('calls from four processes of a standalone mongod', () => {
  let database: TestDatabase
  let processes: Processes
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoStandalone'))
    processes = await openProcesses(serverUrl('mongoStandalone'), database, 4)
  })
  afterAll(async () => {
    await processes[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  })

  const racing = <T>(calls: readonly ((account: AccountConversations) => Promise<T>)[]) =>
    Promise.all(calls.map((call, index) => call(processes.accounts[index % 4] ?? database.account)))

  test('give a first customer one conversation and one contact, which has the name that the conversation has', async () => {
    const { account } = database
    for (let trial = 0; trial < 30; trial++) {
      const key = customer()
      const names = ['An', 'Bình', 'Chi', 'Dũng']
      const results = await racing(names.map((customerName) => (each) => each.upsertConversation({ ...key, customerName })))
      expect(results.map(({ outcome }) => outcome).sort()).toEqual(['created', 'updated', 'updated', 'updated'])
      const conversation = await account.findByOaAndCustomer(key)
      expect(await account.findContact(key)).toMatchObject({ id: conversation?.contactId, name: conversation?.customerName })
      await racing(names.map((customerName) => (each) => each.updateConversation({ ...key, customerName })))
      expect(await account.findContact(key)).toMatchObject({ name: (await account.findByOaAndCustomer(key))?.customerName })
    }
    expect(await customersWithTwo(database)).toEqual([])
  })

  test('give a first customer one channel, which the next conversation has too', async () => {
    for (let trial = 0; trial < 30; trial++) {
      const key = customer()
      if (trial % 2 === 0) await database.account.upsertConversation(key)
      const channels = ['sms', 'zalo', 'sms', 'telegram']
      const outcomes = await racing(channels.map((channel) => (each) => outcomeOf(each.upsertConversation({ ...key, channel }))))
      const conversation = await database.account.findByOaAndCustomer(key)
      const won = outcomes.flatMap((outcome, index) => (outcome === 'INBOX_CHANNEL_MISMATCH' ? [] : [channels[index]]))
      expect([...new Set(won)]).toEqual([conversation?.channel])
      await database.account.closeConversation(key)
      expect((await database.account.upsertConversation(key)).conversation.channel).toBe(conversation?.channel)
    }
  })

  test.each([1, 2, 3])('leave one active conversation of a customer, and a version for each change, in round %i', async (round) => {
    const random = numbersFrom(round * 7919)
    const keys = Array.from({ length: 3 }, customer)
    const changes = new Map<string, number>()
    const note = ({ id }: Conversation, by: number) => changes.set(id, (changes.get(id) ?? 0) + by)
    const act = async (account: AccountConversations, kind: number, which: number) => {
      const key = keys[which % 3] ?? customer()
      const ids = [...changes.keys()]
      const conversationId = ids[which % Math.max(ids.length, 1)] ?? 'none'
      try {
        if (kind === 0) for (const each of await account.wakeDue()) note(each, 1)
        else note(...changeOf(await changing(account, kind, key, conversationId, which)))
      } catch (error) {
        if (!isConversationStoreError(error) || !refusals.includes(error.code)) throw error
      }
    }
    for (let batch = 0; batch < 40; batch++) {
      await racing(
        Array.from({ length: 12 }, () => {
          const [kind, which] = [random(9), random(60)]
          return (each: AccountConversations) => act(each, kind, which)
        }),
      )
    }
    expect(await customersWithTwo(database)).toEqual([])
    expect(changes.size).toBeGreaterThan(3)
    for (const [conversationId, count] of changes) {
      expect(await database.account.findConversation({ conversationId })).toMatchObject({ version: count })
    }
  })
})

const refusals = ['NOT_FOUND', 'INVALID_TRANSITION', 'ACTIVE_CONVERSATION_EXISTS']

function changing(account: AccountConversations, kind: number, key: ReturnType<typeof customer>, conversationId: string, which: number) {
  switch (kind) {
    case 1:
      return account.upsertConversation({ ...key, nickname: `nickname ${which}` })
    case 2:
      return account.upsertConversation({ ...key, onClosed: 'reopen', customerName: `name ${which}` })
    case 3:
      return account.closeConversation({ conversationId })
    case 4:
      return account.closeConversation(key)
    case 5:
      return account.reopenConversation({ conversationId })
    case 6:
      return account.reopenConversation(key)
    case 7:
      return account.snoozeConversation({ ...key, until: new Date(Date.now() - 1) })
    default:
      return account.upsertConversation({ ...key, onClosed: 'new' })
  }
}

function changeOf({ outcome, conversation }: { readonly outcome: string; readonly conversation: Conversation }): [Conversation, number] {
  return [conversation, outcome === 'updated' || outcome === 'reopened' ? 1 : 0]
}
