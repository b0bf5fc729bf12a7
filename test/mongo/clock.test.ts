import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountConversations } from '../../src/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, messages, openDatabase, type TestDatabase } from './database.js'

type Write = (account: AccountConversations, key: ReturnType<typeof customer>) => Promise<unknown>
const single: readonly (readonly [string, Write])[] = [
  ['a patch', (account, key) => account.updateNickname({ ...key, nickname: 'Lan' })],
  ['an upsert', (account, key) => account.upsertConversation({ ...key, nickname: 'Lan' })],
  ['a close', (account, key) => account.closeConversation(key)],
]
const planned: readonly (readonly [string, Write])[] = [
  ['a message', (account, key) => account.upsertConversationWithEvents({ ...key, events: messages(1) })],
  ['a patch with a name', (account, key) => account.upsertConversation({ ...key, customerName: 'Lan' })],
]

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the time of a write on MongoDB', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
  })
  afterAll(() => database[Symbol.asyncDispose]())

  const stored = async ({ customerId }: ReturnType<typeof customer>) => {
    const found = await database.db.collection('conversations').findOne({ customer_id: customerId })
    return { marks: found?.operations.map(({ at }: { at: Date }) => at.getTime()), updatedAt: found?.updated_at.getTime() }
  }
  /** A conversation that was last changed in an hour, as after a step back of the clock of the server. */
  const changedInAnHour = async () => {
    const key = customer()
    await database.account.upsertConversation(key)
    const inAnHour = new Date(Date.now() + 3_600_000)
    const update = { $set: { 'operations.$[].at': inAnHour, updated_at: inAnHour } }
    await database.db.collection('conversations').updateOne({ customer_id: key.customerId }, update)
    return { key, inAnHour: inAnHour.getTime() }
  }

  // A single command that waits for a transaction has its time from before the wait. If its mark were older than those
  // before it, a call that is sent again could take it for one from before its own first sending.
  test.each([...single, ...planned])('is marked no earlier than the change before it: %s', async (_, write) => {
    const { key, inAnHour } = await changedInAnHour()
    await write(database.account, key)
    expect((await stored(key)).marks).toEqual([inAnHour, inAnHour])
  })

  test.each(single)('never moves `updatedAt` back in a single command: %s', async (_, write) => {
    const { key, inAnHour } = await changedInAnHour()
    await write(database.account, key)
    expect((await stored(key)).updatedAt).toBe(inAnHour)
  })

  test('is read anew by a transaction that begins anew after a lost attempt', async () => {
    const { client, store, account } = database
    const key = customer()
    const { conversation } = await account.upsertConversation(key)
    await client.withSession(async (session) => {
      session.startTransaction()
      await store.using(session).forAccount('acme').updateNickname({ conversationId: conversation.id, nickname: 'Lan' })
      const lost = once(client, 'commandFailed')
      const message = account.upsertConversationWithEvents({ ...key, events: messages(1) })
      await lost
      const committedAt = Date.now()
      await session.commitTransaction()
      const { conversation: changed } = await message
      // The server's own clock ticks every few milliseconds.
      expect(changed?.updatedAt.getTime()).toBeGreaterThan(committedAt - 20)
      expect(changed).toMatchObject({ version: 2, nickname: 'Lan' })
    })
  })
})
