import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { storeIndexSet } from '../../src/migrator/kernel/index-sets.js'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import type { MongoDb } from '../../src/mongo/driver.js'
import { mongoTarget } from '../../src/mongo/migrator/target.js'
import { storeMigrations } from '../../src/mongo/schema/steps.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, messages, openDatabase, type TestDatabase } from './database.js'
import { run } from './migration-runs.js'

interface Row {
  readonly _id: string
  readonly [field: string]: unknown
}

describe.each([
  ['a replica set', 'mongoReplicaSet'],
  ['a standalone server', 'mongoStandalone'],
] as const)('customers that had several ids before version 005, on %s,', (_, server) => {
  describe.skipIf(isServerAbsent(server))('', () => {
    let database: TestDatabase
    beforeEach(async () => {
      database = await openDatabase(serverUrl(server))
    })
    afterEach(() => database[Symbol.asyncDispose]())

    const rows = (name: string) => database.db.collection<Row>(name)
    const migrate = (db: MongoDb = database.db) => {
      const target = mongoTarget({ client: database.client, db, migrations: storeMigrations })
      return migrateTarget(target, run({ indexSet: storeIndexSet, batchSize: 2 }))
    }
    /** Two conversations of two ids, of which the second is an alias of the first, as the version before wrote them. */
    const oldGroup = async () => {
      const [old, fresh] = [customer(), customer()]
      await database.account.upsertConversation(fresh)
      await database.account.closeConversation(fresh)
      await database.account.upsertConversation(old)
      const idOf = async ({ customerId }: { customerId: string }) =>
        String((await rows('contact_inboxes').findOne({ customer_id: customerId }))?._id)
      const ids = { head: await idOf(old), alias: await idOf(fresh) }
      await rows('contact_inboxes').updateOne({ _id: ids.alias }, { $set: { canonical_id: ids.head } })
      return { old, fresh, ...ids }
    }
    const forgetVersion = () =>
      database.db
        .collection('conversation_store_migrations')
        .updateOne({ 'entries.version': '005' }, { $pull: { entries: { version: '005' } } } as never)
    /** A database that ends a run before the given write to a conversation. */
    const endingBefore = (write: number): MongoDb => {
      let writes = 0
      return new Proxy(database.db, {
        get(db, name) {
          if (name !== 'collection')
            return typeof Reflect.get(db, name) === 'function' ? Reflect.get(db, name).bind(db) : Reflect.get(db, name)
          return (...args: Parameters<typeof db.collection>) =>
            new Proxy(db.collection(...args), {
              get(collection, method) {
                if (args[0] === 'conversations' && method === 'updateMany' && ++writes === write) throw new Error('the process ends here')
                const value = Reflect.get(collection, method)
                return typeof value === 'function' ? value.bind(collection) : value
              },
            })
        },
      }) as never
    }

    test('are groups afterwards, also when a run ends in the middle and another one goes on', async () => {
      const groups = []
      for (let n = 0; n < 7; n++) groups.push(await oldGroup())
      const alone = customer()
      await database.account.upsertConversation(alone)
      await forgetVersion()
      await expect(migrate(endingBefore(4))).rejects.toThrow()
      expect(await rows('contact_inboxes').countDocuments({ scopes: { $exists: true } })).toBeLessThan(7)
      await migrate()
      for (const { fresh, head, alias } of groups) {
        const aliases = [{ id: alias, customer_id: fresh.customerId }]
        expect(await rows('contact_inboxes').findOne({ _id: head })).toMatchObject({ scopes: [head, alias], aliases })
        const conversations = await rows('conversations')
          .find({ contact_inbox_id: { $in: [head, alias] } })
          .toArray()
        expect(conversations.map(({ group }) => group)).toEqual(Array.from({ length: 2 }, () => ({ scopes: [head, alias], aliases })))
      }
      expect(await rows('contact_inboxes').countDocuments({ scopes: { $exists: true } })).toBe(7)
      expect(await rows('conversations').countDocuments({ group: { $exists: true } })).toBe(14)
      await forgetVersion()
      const before = await rows('contact_inboxes').find().sort({ _id: 1 }).toArray()
      await migrate()
      expect(await rows('contact_inboxes').find().sort({ _id: 1 }).toArray()).toEqual(before)
    })
  })
})

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a customer that had several ids before version 005', () => {
  test('has what the alias wrote under its own id', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const { account, db } = database
    const [old, fresh] = [customer(), customer()]
    await account.upsertConversationWithEvents({ ...fresh, events: messages(2, 'before') })
    await account.closeConversation(fresh)
    await account.upsertConversationWithEvents({ ...old, events: messages(1, 'own') })
    const contactInboxes = db.collection('contact_inboxes')
    const head = await contactInboxes.findOne({ customer_id: old.customerId })
    await contactInboxes.updateOne({ customer_id: fresh.customerId }, { $set: { canonical_id: head?._id } })
    const ledger = db.collection('conversation_store_migrations')
    await ledger.updateOne({ 'entries.version': '005' }, { $pull: { entries: { version: '005' } } } as never)
    await database.adapter.migrate()
    for (const key of [old, fresh]) {
      const again = await account.upsertConversationWithEvents({ ...key, events: [...messages(2, 'before'), ...messages(1, 'own')] })
      expect(again).toMatchObject({ outcome: 'duplicate', duplicates: 3 })
      expect(await account.findMessage({ ...key, messageId: 'before-1' })).toMatchObject({ text: 'text 1' })
    }
  })
})
