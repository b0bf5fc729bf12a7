import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { mutatedDb } from '../contract/mutants/mutated-db.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase, type TestDatabase } from './database.js'
import { failPointTurn } from './fail-point-turn.js'

describe.skipIf(isServerAbsent('mongoStandalone'))('a call of several documents that loses against others on a standalone mongod', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoStandalone'))
  })
  afterAll(() => database[Symbol.asyncDispose]())
  const retry = { attempts: 1 }
  const lost = { ok: false, error: { code: 'CONTENTION', retryable: true, outcome: 'not_applied' } }

  test('reports the item that lost in its place, writes the others, and keeps the order of one customer', async () => {
    const { client, db, account } = database
    const [before, loser, after] = [customer(), customer(), customer()]
    const { conversation } = await account.upsertConversation(loser)
    // Others change this conversation all the time, as far as this adapter sees.
    const losing = mutatedDb(
      db,
      [
        {
          of: 'conversations',
          by: ['updateOne'],
          change: ({ filter }) => (filter._id === conversation.id ? { filter: { ...filter, version: -1 } } : {}),
        },
      ],
      0,
    )
    const store = createConversationStore({ adapter: mongo({ client, db: losing.db }), retry })
    const results = await store.forAccount('acme').bulkUpsertConversationsWithEvents({
      atomic: false,
      conversations: [before, { ...loser, nickname: 'Lan' }, { ...loser, expectedVersion: 0 }, { ...after, nickname: 'Minh' }],
    })
    expect(losing.changed()).toBeGreaterThan(0)
    expect(results).toMatchObject([{ outcome: 'created' }, lost, lost, { outcome: 'created', conversation: { nickname: 'Minh' } }])
    expect(await account.findByOaAndCustomer(before)).not.toBeNull()
    expect(await account.findByOaAndCustomer(loser)).toEqual(conversation)
  }, 30_000)

  test('reports the item whose command the server gave up, and writes the others', async () => {
    await using _turn = await failPointTurn(serverUrl('mongoStandalone'))
    const [first, second] = [customer(), customer()]
    await database.account.upsertConversation(first)
    await database.account.upsertConversation(second)
    const store = createConversationStore({ adapter: database.adapter, retry })
    await database.failCommand({ skip: 1 }, { failCommands: ['update'], errorCode: 112 })
    const results = await store.forAccount('acme').bulkUpsertConversationsWithEvents({
      atomic: false,
      conversations: [
        { ...first, nickname: 'Lan' },
        { ...second, nickname: 'Minh' },
      ],
    })
    await database.failCommand({ times: 0 }, { failCommands: ['update'] })
    expect(results).toMatchObject([{ outcome: 'updated' }, lost])
  })

  test('does not say that nothing was woken where one conversation was', async () => {
    await using _turn = await failPointTurn(serverUrl('mongoStandalone'))
    const sleeper = createConversationStore({ adapter: database.adapter, retry }).forAccount('sleeper')
    const [first, second] = [customer(), customer()]
    for (const key of [first, second]) {
      await sleeper.upsertConversation(key)
      await sleeper.snoozeConversation({ ...key, until: new Date(0) })
    }
    await database.failCommand({ skip: 1 }, { failCommands: ['update'], errorCode: 112 })
    const waking = sleeper.wakeDue()
    await expect(waking).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN', outcome: 'unknown' })
    await database.failCommand({ times: 0 }, { failCommands: ['update'] })
    expect(await sleeper.countConversations({ status: 'open' })).toBe(1)
  })

  test('wakes a conversation that another call patched in between, and leaves one that others keep changing to the next call', async () => {
    const { client, db } = database
    const wakeLosing = async (timesLost: number) => {
      const name = `lost ${timesLost}`
      const others = createConversationStore({ adapter: database.adapter }).forAccount(name)
      const { conversation } = await others.upsertConversation(customer())
      await others.snoozeConversation({ conversationId: conversation.id, until: new Date(0) })
      let lost = 0
      const losing = mutatedDb(
        db,
        [
          {
            of: 'conversations',
            by: ['updateOne'],
            change: ({ filter }) => (filter._id === conversation.id && lost++ < timesLost ? { filter: { ...filter, version: -1 } } : {}),
          },
        ],
        0,
      )
      const store = createConversationStore({ adapter: mongo({ client, db: losing.db }), retry })
      const woken = await store.forAccount(name).wakeDue()
      return { woken: woken.map(({ id }) => id === conversation.id), asleep: await others.countConversations({ status: 'snoozed' }) }
    }
    expect(await wakeLosing(1)).toEqual({ woken: [true], asleep: 0 })
    expect(await wakeLosing(1000)).toEqual({ woken: [], asleep: 1 })
  })
})
