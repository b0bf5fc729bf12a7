import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase, type TestDatabase } from './database.js'

/**
 * A `message_sent` finds the channel's echo of a reply and not the reply itself, and names the echo. The reply comes at
 * the same time, finds no `message_sent` that waits for it, and is stored. If both committed, the message would be
 * there twice. They meet only if both write the conversation that the reply goes to.
 */
describe.skipIf(isServerAbsent('mongoReplicaSet'))('a reply conflicts with the message_sent that found only its echo', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
  })
  afterAll(() => database[Symbol.asyncDispose]())

  test('whose conversation is another one of the customer', async () => {
    const { account, client, store } = database
    const [kept, other] = [customer(), customer()]
    const write = (key: typeof kept, events: Parameters<typeof account.upsertConversationWithEvents>[0]['events'], writing = account) =>
      writing.upsertConversationWithEvents({ ...key, events })
    await write(kept, [{ type: 'message', messageId: 'm1', text: 'hello' }])
    await write(other, [{ type: 'message', direction: 'outbound', messageId: 'r1', text: 'hello back' }])
    await account.closeConversation(other)
    const identities = [kept, other].map(({ customerId }, index) => ({ id: customerId, kind: `kind ${index}` }))
    await account.linkCustomerIds({ oaId: kept.oaId, identities })

    await using naming = client.startSession()
    await using replying = client.startSession()
    for (const session of [naming, replying]) session.startTransaction()
    const within = (session: typeof naming) => store.using(session).forAccount('acme')
    await write(kept, [{ type: 'message_sent', localId: 'l1', messageId: 'r1' }], within(naming))
    const reply = write(kept, [{ type: 'message', direction: 'outbound', localId: 'l1', text: 'hello back' }], within(replying))
    await expect(reply).rejects.toMatchObject({ code: 112 })
    for (const session of [naming, replying]) await session.abortTransaction()
  })
})
