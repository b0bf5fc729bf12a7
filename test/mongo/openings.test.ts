import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountConversations } from '../../src/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase, type TestDatabase } from './database.js'

/**
 * A reply goes to the customer's latest conversation where none is active, and writes nothing else. So whatever gives
 * the customer an active one has to write that conversation too. Otherwise both would commit, and a receipt for the
 * reply that comes between them would look for a reader of its message in the new one, and wait for ever.
 */
describe.skipIf(isServerAbsent('mongoReplicaSet'))('a reply to a closed conversation conflicts with', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
  })
  afterAll(() => database[Symbol.asyncDispose]())

  type Key = ReturnType<typeof customer>
  const closed = async (key: Key) => {
    const { conversation } = await database.account.upsertConversation(key)
    await database.account.closeConversation(key)
    return conversation
  }
  const conflictOf = async (key: Key, call: (account: AccountConversations) => Promise<unknown>) => {
    const { client, store } = database
    await using replying = client.startSession()
    await using opening = client.startSession()
    for (const session of [replying, opening]) session.startTransaction()
    const within = (session: typeof replying) => store.using(session).forAccount('acme')
    const reply = { type: 'message', direction: 'outbound', localId: 'l1', text: 'hello' } as const
    await within(replying).upsertConversationWithEvents({ ...key, events: [reply] })
    await expect(call(within(opening))).rejects.toMatchObject({ code: 112 })
    for (const session of [replying, opening]) await session.abortTransaction()
  }

  test('a message that opens a new one', async () => {
    const key = customer()
    await closed(key)
    await conflictOf(key, (account) => account.upsertConversationWithEvents({ ...key, events: [{ type: 'message', messageId: 'm1' }] }))
  })

  test('an upsert that opens a new one', async () => {
    const key = customer()
    await closed(key)
    await conflictOf(key, (account) => account.upsertConversation({ ...key, nickname: 'Lan' }))
  })

  test('the reopening of an older one', async () => {
    const key = customer()
    const { id: conversationId } = await closed(key)
    await closed(key)
    await conflictOf(key, (account) => account.reopenConversation({ conversationId }))
  })

  test('a link that brings another person’s', async () => {
    const [first, second, third] = [customer(), customer(), customer()]
    const identities = [first, second, third].map(({ customerId }, index) => ({ id: customerId, kind: `kind ${index}` }))
    const { oaId } = first
    await closed(first)
    await database.account.linkCustomerIds({ oaId, identities: identities.slice(0, 2) })
    await database.account.upsertConversation(third)
    await conflictOf(first, (account) => account.linkCustomerIds({ oaId, identities }))
  })
})
