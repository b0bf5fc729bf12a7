import { expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import type { MongoCollection, MongoDb } from '../../src/mongo/driver.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase } from './database.js'

/** A database of which `before` is awaited before each list of contact inboxes is read. */
function delayed(db: MongoDb, before: () => Promise<unknown>): MongoDb {
  const find =
    (of: MongoCollection): MongoCollection['find'] =>
    (...given) => {
      const cursor = of.find(...given)
      const toArray = async () => {
        await before()
        return cursor.toArray()
      }
      return new Proxy(cursor, { get: (_, name) => (name === 'toArray' ? toArray : Reflect.get(cursor, name)) })
    }
  return new Proxy(db, {
    get: (_, property) => (property === 'collection' ? collection : Reflect.get(db, property)),
  })

  function collection(...[name, options]: Parameters<MongoDb['collection']>): MongoCollection {
    const of = db.collection(name, options)
    if (name !== 'contact_inboxes') return of
    return new Proxy(of, { get: (_, property) => (property === 'find' ? find(of) : Reflect.get(of, property)) })
  }
}

test.skipIf(isServerAbsent('mongoReplicaSet')).each([
  ['findConversation', 'active'],
  ['findByOaAndCustomer', 'active'],
  ['findByOaAndCustomer', 'any'],
] as const)('%s of %s tells ids and a conversation of one moment', async (method, status) => {
  await using database = await openDatabase(serverUrl('mongoReplicaSet'))
  const { account, client, db } = database
  const [key, another, third] = [customer(), customer(), customer()]
  const identities = [key, another, third].map(({ customerId }, index) => ({
    id: customerId,
    kind: ['phone', 'user_id', 'lid'][index] ?? '',
  }))
  await account.linkCustomerIds({ oaId: key.oaId, identities: identities.slice(0, 2) })
  const { conversation } = await account.upsertConversation(key)
  let links = 0
  const reading = delayed(db, async () => {
    // A write comes each time, the first of which links an id.
    if (links++ === 0) await account.linkCustomerIds({ oaId: key.oaId, identities })
    else await account.updateNickname({ ...key, nickname: `name ${links}` })
  })
  const reader = createConversationStore({ adapter: mongo({ client, db: reading }) }).forAccount('acme')
  const found =
    method === 'findConversation'
      ? reader.findConversation({ conversationId: conversation.id })
      : reader.findByOaAndCustomer({ ...key, status })
  const { version, identities: ids } = (await found) ?? {}
  expect(version).toBeGreaterThan(conversation.version)
  expect(ids?.map(({ id }) => id)).toEqual(identities.map(({ id }) => id))
  expect(links).toBeLessThanOrEqual(3)
})
