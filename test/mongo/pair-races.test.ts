import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountConversations } from '../../src/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase, type TestDatabase } from './database.js'
import { customersWithTwo, openProcesses, outcomeOf, type Processes } from './processes.js'

const trials = 20
/** So many where a busy machine lets one side win again and again. */
const mostTrials = 200

describe.skipIf(isServerAbsent('mongoReplicaSet'))('pairs of calls from four processes of a replica set', () => {
  let database: TestDatabase
  let processes: Processes
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
    processes = await openProcesses(serverUrl('mongoReplicaSet'), database, 4)
  })
  afterAll(async () => {
    await processes[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  })

  /** Runs all calls at once, each in another process, and returns what they came to, in their order. */
  const racing = (calls: readonly ((account: AccountConversations) => Promise<{ readonly outcome: string }>)[]) =>
    Promise.all(calls.map((call, index) => outcomeOf(call(processes.accounts[index % 4] ?? database.account))))

  test.each(['a first conversation', 'a reopening by id', 'a reopening by customer', 'a policy that reopens'])(
    'leave one active conversation when an adoption meets %s',
    async (rival) => {
      const seen = new Set<string>()
      for (let trial = 0; trial < trials || (seen.size === 1 && trial < mostTrials); trial++) {
        const old = customer()
        const fresh = customer()
        const claim = { customerUsername: `user-${rival}-${trial}`, matchUsername: true }
        const [account] = processes.accounts as [AccountConversations]
        await account.upsertConversation({ ...old, ...claim })
        const before = rival === 'a first conversation' ? null : (await account.upsertConversation(fresh)).conversation
        if (before) await account.closeConversation(fresh)
        const rivals: Readonly<Record<string, (account: AccountConversations) => Promise<{ readonly outcome: string }>>> = {
          'a reopening by id': (each) => each.reopenConversation({ conversationId: before?.id ?? '' }),
          'a reopening by customer': (each) => each.reopenConversation(fresh),
          'a policy that reopens': (each) => each.upsertConversation({ ...fresh, onClosed: 'reopen' }),
        }
        const other = rivals[rival] ?? ((each) => each.upsertConversation(fresh))
        const outcomes = await racing([(each) => each.upsertConversation({ ...fresh, ...claim }), other, other])
        seen.add(outcomes.join())
        expect(outcomes).not.toContain('CONTENTION')
        const adopted = outcomes[0] === 'adopted'
        expect(await account.findByOaAndCustomer(fresh)).toMatchObject({ customerId: adopted ? old.customerId : fresh.customerId })
      }
      expect(await customersWithTwo(database)).toEqual([])
      // Both must have won some of the trials, or the race proves nothing.
      expect(seen.size).toBeGreaterThan(1)
    },
  )

  test('lose no patch of a conversation that is adopted at the same time, and raise its version once for each', async () => {
    for (let trial = 0; trial < trials; trial++) {
      const old = customer()
      const claim = { customerUsername: `patched-${trial}`, matchUsername: true }
      const { conversation } = await database.account.upsertConversation({ ...old, ...claim })
      const outcomes = await racing([
        (each) => each.upsertConversation({ ...customer(), ...claim }),
        (each) => each.upsertConversation({ ...old, nickname: 'Lan' }),
        (each) => each.updateConversation({ conversationId: conversation.id, chatbotId: 'bot' }),
        (each) => each.upsertConversation({ ...customer(), ...claim, metadata: { a: 1 } }),
      ])
      expect(outcomes).toEqual(['adopted', 'updated', 'updated', 'adopted'])
      const found = await database.account.findConversation({ conversationId: conversation.id })
      expect(found).toMatchObject({ version: 4, nickname: 'Lan', chatbotId: 'bot', metadata: { a: 1 } })
    }
  })

  test('leave a username with one active conversation when it is claimed, closed and reopened at the same time', async () => {
    for (let trial = 0; trial < trials; trial++) {
      const [first, second] = [customer(), customer()]
      const customerUsername = `claimed-${trial}`
      const claim = { customerUsername, matchUsername: true }
      const { conversation } = await database.account.upsertConversation({ ...first, ...claim })
      await database.account.upsertConversation(second)
      await racing([
        (each) => each.closeConversation({ conversationId: conversation.id }),
        (each) => each.upsertConversation({ ...second, ...claim }),
        (each) => each.reopenConversation({ conversationId: conversation.id }),
        (each) => each.upsertConversation({ ...customer(), ...claim }),
      ])
      const username_key = customerUsername
      const holders = await database.db.collection('conversations').countDocuments({ accountId: 'acme', active: true, username_key })
      expect(holders).toBeLessThanOrEqual(1)
    }
    expect(await customersWithTwo(database)).toEqual([])
  })

  test('leave an owner exactly where an inbox is connected when it is connected and disconnected at the same time', async () => {
    const { account, store } = database
    const identity = { oaId: 'raced', channel: 'sms' }
    for (let trial = 0; trial < trials; trial++) {
      await account.connectInbox(identity)
      const done = async (call: Promise<unknown>) => ({ outcome: await call.then(() => 'done') })
      const outcomes = await racing([
        (each) => done(each.connectInbox({ ...identity, name: `name ${trial}` })),
        (each) => done(each.disconnectInbox({ oaId: identity.oaId })),
        (each) => done(each.connectInbox({ ...identity, chatbotId: `bot ${trial}` })),
        (each) => done(each.disconnectInbox({ oaId: identity.oaId })),
      ])
      expect(outcomes).toEqual(['done', 'done', 'done', 'done'])
      const { items } = await account.listInboxes()
      const owner = await store.findInboxOwner(identity)
      expect(items.map(({ status }) => status)).toEqual([owner === null ? 'disconnected' : 'connected'])
    }
  })
})
