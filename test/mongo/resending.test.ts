import { describe, expect, test } from 'vitest'
import { type AccountConversations, createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { openDatabase } from './database.js'
import { openProcesses } from './processes.js'

const key = { oaId: 'page', customerId: 'lan' }
const busyMs = 2_500

type Named = (account: AccountConversations, name: string) => Promise<unknown>
const writes: readonly (readonly [string, Named])[] = [
  ['updateConversation', (account, name) => account.updateConversation({ ...key, nickname: name })],
  ['upsertConversation', (account, name) => account.upsertConversation({ ...key, nickname: name })],
  ['updateContact', (account, name) => account.updateContact({ ...key, name })],
]

describe.each([
  ['a replica set', 'mongoReplicaSet'],
  ['a standalone server', 'mongoStandalone'],
] as const)('on %s a call whose reply was lost, and which waits for the only connection', (_, server) => {
  test.skipIf(isServerAbsent(server)).each(writes)('is not applied again after 16 younger ones: %s', async (verb, write) => {
    await using database = await openDatabase(serverUrl(server), { maxPoolSize: 1, retryWrites: false })
    await using others = await openProcesses(serverUrl(server), database, 1)
    const [other] = others.accounts as [AccountConversations]
    await other.upsertConversation(key)

    const { client, db } = database
    let isLost = false
    let busy: Promise<unknown> | undefined
    const losingDb = {
      command: (command: object) => db.command(command),
      createCollection: (name: string) => db.createCollection(name),
      listCollections: () => db.listCollections(),
      collection: (name: string, options?: object) => {
        const opened = db.collection(name, options)
        const findOneAndUpdate = async (...given: Parameters<typeof opened.findOneAndUpdate>) => {
          const doc = await opened.findOneAndUpdate(...given)
          if (isLost) return doc
          isLost = true
          throw Object.assign(new Error('the connection was closed'), { name: 'MongoNetworkError', hasErrorLabel: () => false })
        }
        return Object.assign(Object.create(opened), { findOneAndUpdate })
      },
    }
    // The pause between the two sendings: the connection gets busy, and others write.
    const sleep = async () => {
      if (busy) return
      busy = db
        .collection('conversations')
        .find({ customer_id: key.customerId, $where: `sleep(${busyMs}) || true` })
        .toArray()
      for (let young = 1; young <= 16; young++) await write(other, `young ${young}`)
    }
    const account = createConversationStore({ adapter: mongo({ client, db: losingDb as never }), retry: { sleep } }).forAccount('acme')
    await expect(write(account, 'OLD')).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
    await busy
    expect(isLost).toBe(true)
    const found = verb === 'updateContact' ? (await other.findContact(key))?.name : (await other.findByOaAndCustomer(key))?.nickname
    expect(found).toBe('young 16')
  })
})
