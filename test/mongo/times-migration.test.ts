import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { storeIndexSet } from '../../src/migrator/kernel/index-sets.js'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import type { MongoDb } from '../../src/mongo/driver.js'
import { mongoTarget } from '../../src/mongo/migrator/target.js'
import { storeMigrations } from '../../src/mongo/schema/steps.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase, type TestDatabase } from './database.js'
import { run } from './migration-runs.js'

const start = Date.parse('2026-01-01T00:00:00Z')
const minute = 60_000
const created_at = new Date(start)

describe.skipIf(isServerAbsent('mongoReplicaSet'))('messages from before version 007', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await openDatabase(serverUrl('mongoReplicaSet'))
  })
  afterEach(() => database[Symbol.asyncDispose]())

  const messages = () => database.db.collection<{ _id: string; [field: string]: unknown }>('messages')
  const migrate = (db: MongoDb = database.db) => {
    const target = mongoTarget({ client: database.client, db, migrations: storeMigrations })
    return migrateTarget(target, run({ indexSet: storeIndexSet, batchSize: 2 }))
  }
  const forgetVersion = () =>
    database.db
      .collection('conversation_store_migrations')
      .updateOne({ 'entries.version': '007' }, { $pull: { entries: { version: '007' } } } as never)
  /** A database that ends a run before the given write to the messages. */
  const endingBefore = (write: number): MongoDb => {
    let writes = 0
    return new Proxy(database.db, {
      get(db, name) {
        const value = Reflect.get(db, name)
        if (name !== 'collection') return typeof value === 'function' ? value.bind(db) : value
        return (...args: Parameters<typeof db.collection>) =>
          new Proxy(db.collection(...args), {
            get(collection, method) {
              if (args[0] === 'messages' && method === 'updateMany' && ++writes === write) throw new Error('the process ends here')
              const own = Reflect.get(collection, method)
              return typeof own === 'function' ? own.bind(collection) : own
            },
          })
      },
    }) as never
  }

  test('are listed by the time of their storing where they were too far ahead, also when a run ends in the middle', async () => {
    const key = customer()
    const minutes = [10, 0, 5, 6, 2_880, -60, 7, 1, 9]
    const events = minutes.map((_, n) => ({ type: 'message', messageId: `m${n}`, text: 'hello', occurredAt: created_at }) as const)
    const { conversation } = await database.account.upsertConversationWithEvents({ ...key, events })
    // The version before stored the time as it was given.
    for (const [n, ahead] of minutes.entries()) {
      const before = { created_at, occurred_at: new Date(start + ahead * minute) }
      await messages().updateOne({ message_id: `m${n}` }, { $set: before, $unset: { given_at: '' } })
    }
    await forgetVersion()
    await expect(migrate(endingBefore(3))).rejects.toThrow()
    expect(await messages().countDocuments({ given_at: { $exists: true } })).toBeLessThan(5)
    await migrate()

    const found = await messages()
      .find({}, { sort: { seq: 1 } })
      .toArray()
    expect(found.map(({ given_at }) => given_at ?? null)).toEqual(
      minutes.map((ahead) => (ahead > 5 ? new Date(start + ahead * minute) : null)),
    )
    const { items } = await database.account.listMessages({ conversationId: conversation?.id ?? '', order: 'newest' })
    const ofTheSender = ({ seq, occurredAt }: (typeof items)[number]) => [seq, (occurredAt.getTime() - start) / minute]
    expect(items.map(ofTheSender)).toEqual([3, 8, 9, 7, 5, 4, 2, 1, 6].map((seq) => [seq, minutes[seq - 1]]))
  })
})
