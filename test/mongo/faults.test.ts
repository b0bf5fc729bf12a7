import { MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, messages, namesOf, openDatabase, type TestDatabase } from './database.js'
import { failPointTurn } from './fail-point-turn.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a failing MongoDB', () => {
  let turn: AsyncDisposable
  let database: TestDatabase
  beforeAll(async () => {
    turn = await failPointTurn(serverUrl('mongoReplicaSet'))
  }, 5 * 60_000)
  afterAll(() => turn[Symbol.asyncDispose]())
  beforeEach(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
  })
  afterEach(() => database[Symbol.asyncDispose]())

  const sendTwo = (key: ReturnType<typeof customer>) => database.account.upsertConversationWithEvents({ ...key, events: messages(2) })
  const expectTwo = async (key: ReturnType<typeof customer>) => {
    expect(await database.account.findByOaAndCustomer(key)).toMatchObject({ version: 0, lastSeq: 2, unreadCount: 2 })
  }

  test.each([
    ['a write conflict', { failCommands: ['insert'], errorCode: 112, errorLabels: ['TransientTransactionError'] }],
    ['a lock that is not to be had', { failCommands: ['insert'], errorCode: 24, errorLabels: ['TransientTransactionError'] }],
    ['a connection that is cut while the transaction reads', { failCommands: ['aggregate'], closeConnection: true }],
    ['a connection that is cut while the transaction writes', { failCommands: ['insert'], closeConnection: true }],
    ['a connection that is cut while the transaction commits', { failCommands: ['commitTransaction'], closeConnection: true }],
    ['a primary that steps down', { failCommands: ['insert'], errorCode: 189, errorLabels: ['TransientTransactionError'] }],
    ['a primary that steps down while the transaction commits', { failCommands: ['commitTransaction'], errorCode: 11602 }],
    [
      'a commit that was applied and whose reply says that it does not know',
      { failCommands: ['commitTransaction'], writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } },
    ],
  ])('%s is survived: the events are written once', async (_, fault) => {
    const key = customer()
    await database.failCommand({ times: 1 }, fault)
    expect(await sendTwo(key)).toMatchObject({ outcome: 'created', duplicates: 0 })
    await expectTwo(key)
  })

  test("a command that the host's time limit stopped is not sent again", async () => {
    const key = customer()
    await sendTwo(key)
    await database.failCommand({ times: 1 }, { failCommands: ['findAndModify', 'find'], errorCode: 50 })
    const change = database.account.updateNickname({ ...key, nickname: 'Lan' })
    await expect(change).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: false, outcome: 'not_applied' })
    expect(await database.account.findByOaAndCustomer(key)).toMatchObject({ nickname: null, version: 0 })
  })

  test('a commit that stays unknown is said to be unknown, and is recognised when it is sent again', async () => {
    const key = customer()
    const applied = { failCommands: ['commitTransaction'], writeConcernError: { code: 64, errmsg: 'timed out' } }
    // The commit fails more often than the driver and the adapter repeat it, and less often than the core sends a call.
    await database.failCommand({ times: 10 }, applied)
    expect(await sendTwo(key)).toMatchObject({ outcome: 'created', events: [{ outcome: 'stored' }, { outcome: 'stored' }] })
    await expectTwo(key)

    await database.failCommand({ times: 1_000 }, applied)
    await expect(sendTwo(customer())).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN', outcome: 'unknown', retryable: false })
    await database.failCommand({ times: 0 }, applied)
  })

  test.each([
    ['is cut', { closeConnection: true }],
    ['is refused by a primary that steps down', { errorCode: 11600 }],
  ])('a change whose command %s is made once, also when the client does not retry', async (_, how) => {
    const client = new MongoClient(serverUrl('mongoReplicaSet'), {
      appName: database.db.databaseName,
      retryWrites: false,
    })
    const account = createConversationStore({ adapter: mongo({ client, db: database.db.databaseName }) }).forAccount('acme')
    const key = customer()
    await account.upsertConversation(key)
    await database.failCommand({ times: 2 }, { failCommands: ['findAndModify'], ...how })
    expect(await account.updateNickname({ ...key, nickname: 'Lan' })).toMatchObject({ outcome: 'updated', conversation: { version: 1 } })
    await client.close()
  })

  test('a change that was applied before its reply was lost is answered from memory', async () => {
    const key = customer()
    const { account } = database
    await account.upsertConversation(key)
    await database.failCommand({ times: 1 }, { failCommands: ['findAndModify'], writeConcernError: { code: 100, errmsg: 'not enough' } })
    expect(await account.closeConversation(key)).toMatchObject({ outcome: 'updated', conversation: { status: 'closed', version: 1 } })
    await database.failCommand({ times: 1 }, { failCommands: ['findAndModify'], writeConcernError: { code: 100, errmsg: 'not enough' } })
    const { contactId } = (await account.findByOaAndCustomer({ ...key, status: 'any' })) ?? { contactId: '' }
    expect(await account.updateContact({ contactId, name: 'Lan' })).toMatchObject({ name: 'Lan' })
  })

  test('a read that fails for good is UNAVAILABLE, and nothing of the driver', async () => {
    await database.failCommand({ times: 1_000 }, { failCommands: ['find'], closeConnection: true })
    const error = await database.account.findConversation({ conversationId: 'x' }).catch((caught: unknown) => caught)
    await database.failCommand({ times: 0 }, { failCommands: ['find'] })
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true, outcome: 'not_applied' })
  })

  test('conflicts without end are CONTENTION, and nothing is written', async () => {
    const key = customer()
    const { adapter } = database
    const store = createConversationStore({ adapter, retry: { attempts: 1 } }).forAccount('acme')
    await database.failCommand({ times: 100_000 }, { failCommands: ['insert'], errorCode: 112, errorLabels: ['TransientTransactionError'] })
    const call = store.upsertConversationWithEvents({ ...key, events: messages(1) })
    await expect(call).rejects.toMatchObject({ code: 'CONTENTION', retryable: true, outcome: 'not_applied' })
    await database.failCommand({ times: 0 }, { failCommands: ['insert'] })
    expect(await database.account.findByOaAndCustomer({ ...key, status: 'any' })).toBeNull()
  })

  test.each([
    ['reading', ['find', 'aggregate']],
    ['single change', ['findAndModify']],
    ['insert', ['insert']],
    ['update', ['update', 'bulkWrite']],
    ['commit', ['commitTransaction']],
  ])('a write whose %s hangs until its deadline ends with an error of the store', async (_, failCommands) => {
    const known = [customer(), customer()]
    const conversations = known.map((key) => ({ ...key, events: messages(1, 'late') }))
    await database.account.bulkUpsertConversationsWithEvents({ conversations: known })
    const account = createConversationStore({ adapter: database.adapter, retry: { attempts: 1 }, deadlineMs: 300 }).forAccount('acme')
    const identities = known.map(({ customerId: id }, index) => ({ id, kind: `kind-${index}` }))
    // The conversations of two customers change: the driver sends a bulk of its own.
    const bulk = () => account.bulkUpsertConversationsWithEvents({ conversations })
    const change = () => account.updateNickname({ oaId: 'page', customerId: String(known[0]?.customerId), nickname: 'Lan' })
    const link = () => account.linkCustomerIds({ oaId: 'page', identities })
    // At 400 ms the server says itself that the time was up. At 900 the store does not wait for it any more.
    for (const [call, blockTimeMS] of [
      [bulk, 400],
      [bulk, 900],
      [change, 400],
      [link, 900],
    ] as const) {
      await database.failCommand({ times: 1 }, { failCommands, blockConnection: true, blockTimeMS })
      const error = await call().then(
        () => null,
        (caught: unknown) => caught,
      )
      // A call that sends no such command succeeds.
      if (error === null) continue
      expect(['UNAVAILABLE', 'COMMIT_OUTCOME_UNKNOWN']).toContain(Reflect.get(Object(error), 'code') ?? error)
      expect(String(error)).not.toContain('time limit of the role')
    }
    await database.failCommand({ times: 0 }, { failCommands })
  })

  test('a result too large for one document is read in steps', async () => {
    const key = customer()
    await sendTwo(key)
    await database.failCommand({ times: 1 }, { failCommands: ['aggregate'], errorCode: 10334, errorLabels: [] })
    const again = [...messages(2), { type: 'message_edit', targetMessageId: 'm-1', text: 'edited' } as const]
    const commands = await database.commandsOf(async () => {
      const result = await database.account.upsertConversationWithEvents({ ...key, events: again })
      expect(result).toMatchObject({ outcome: 'updated', duplicates: 2, conversation: { version: 1, lastMessagePreview: 'edited' } })
    })
    expect(namesOf(commands).filter((name) => name.startsWith('aggregate')).length).toBeGreaterThan(5)
  })

  test('a fold whose commit is lost answers each of its calls for itself', async () => {
    const key = customer()
    await database.failCommand({ times: 10 }, { failCommands: ['commitTransaction'], writeConcernError: { code: 64, errmsg: 'timed out' } })
    const calls = messages(10).map((event) => database.account.upsertConversationWithEvents({ ...key, events: [event] }))
    const results = await Promise.all(calls)
    expect(results.map(({ duplicates }) => duplicates)).toEqual(Array(10).fill(0))
    expect(await database.account.findByOaAndCustomer(key)).toMatchObject({ version: 9, lastSeq: 10 })
  })
})
