import { describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { deploymentOf, readHello } from '../../src/mongo/deployment.js'
import type { Doc, MongoDb } from '../../src/mongo/driver.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, messages, openDatabase } from './database.js'

describe('the kind of server', () => {
  test('is told by its hello', () => {
    expect(readHello({ isWritablePrimary: true })).toEqual({ transactions: false, sharded: false })
    expect(readHello({ setName: 'rs0' })).toEqual({ transactions: true, sharded: false })
    expect(readHello({ msg: 'isdbgrid' })).toEqual({ transactions: true, sharded: true })
  })

  test('is asked for once, and again where it could not be told', async () => {
    let asked = 0
    const answer = async (): Promise<Doc> => {
      asked += 1
      if (asked === 1) throw new Error('no server yet')
      return { setName: 'rs0' }
    }
    const deployment = deploymentOf({ command: answer } as unknown as MongoDb)
    await expect(deployment()).rejects.toThrow('no server yet')
    await Promise.all([deployment(), deployment()])
    expect(await deployment()).toMatchObject({ transactions: true })
    expect(asked).toBe(2)
  })

  test.skipIf(isServerAbsent('mongoReplicaSet'))(
    'a sharded cluster gets no look-up, which most versions refuse in a transaction',
    async () => {
      await using database = await openDatabase(serverUrl('mongoReplicaSet'))
      const { client, db } = database
      const router: MongoDb = {
        command: async () => ({ msg: 'isdbgrid' }),
        collection: (name, options) => db.collection(name, options),
        createCollection: (name) => db.createCollection(name),
        listCollections: () => db.listCollections(),
      }
      const account = createConversationStore({ adapter: mongo({ client, db: router }) }).forAccount('acme')
      const key = customer()
      const alias = { ...key, customerId: `${key.customerId}-alias` }
      const commands = await database.commandsOf(async () => {
        await account.upsertConversation({ ...key, customerUsername: 'lan', matchUsername: true })
        await account.upsertConversation({ ...alias, customerUsername: 'lan', matchUsername: true })
        await account.upsertConversationWithEvents({ ...alias, customerName: 'Lan', events: messages(3) })
        await account.upsertConversationWithEvents({
          ...alias,
          events: [
            ...messages(4),
            { type: 'message_delete', targetMessageId: 'm-0' },
            { type: 'receipt', status: 'read', watermark: new Date() },
          ],
        })
      })
      expect(JSON.stringify(commands.map(({ command }) => command.pipeline ?? null))).not.toContain('$lookup')
      expect(await account.findByOaAndCustomer(key)).toMatchObject({ lastSeq: 4, unreadCount: 4, customerName: 'Lan' })
      expect(await account.findMessage({ ...alias, messageId: 'm-0' })).toMatchObject({ text: '', deletedAt: expect.any(Date) })
    },
  )
})
