import { Binary, Decimal128, Double, Int32, Long, MinKey, MongoClient, ObjectId, UUID } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { backfillAccountIds, mergeDuplicateConversations, swapUniqueIndex, verifyAccountIsolation } from '../../src/adoption/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { mongoHost } from './mongo-host.js'

const exactly = { promoteValues: false } as const

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the helpers on a collection of MongoDB', () => {
  test('go over ids of all types in small batches, and the account keeps its type', async () => {
    const { db } = await mongoHost()
    const accounts = [
      new ObjectId(),
      Long.fromString('9007199254740993'),
      new Int32(7),
      new Double(7.5),
      'text',
      new UUID(),
      Decimal128.fromString('1.10'),
    ]
    await db.collection('integrations').insertMany(accounts.map((accountId, at) => ({ oa_id: `page-${at}`, accountId })))
    const ids: unknown[] = [
      new MinKey(),
      1,
      2.5,
      Long.fromString('9007199254740993'),
      Long.fromString('9007199254740994'),
      Decimal128.fromString('3.3'),
      'a',
      'b',
      '',
      { page: 1, customer: 'x' },
      { page: 1, customer: 'y' },
      new Binary(Buffer.from('bytes')),
      new UUID(),
      new ObjectId(),
      new ObjectId(),
      false,
      true,
      new Date(0),
    ]
    await db
      .collection<{ _id: unknown }>('conversations')
      .insertMany(ids.map((_id, at) => ({ _id, oa_id: `page-${at % accounts.length}` })))
    const { updated } = await backfillAccountIds({ db, pace: { first: 2, least: 2, most: 2 } }).apply()
    expect(updated).toBe(ids.length)
    const types = async (type: string) => db.collection('conversations').countDocuments({ accountId: { $type: type } })
    expect(await Promise.all(['objectId', 'long', 'int', 'double', 'string', 'binData', 'decimal'].map(types))).toEqual([
      3, 3, 3, 3, 2, 2, 2,
    ])
    const found = await db.collection('conversations').findOne({ oa_id: 'page-1' }, exactly)
    expect(String(found?.accountId)).toBe('9007199254740993')
  })

  test('wait for what a process that was killed left open, longer than for any other writer', async () => {
    const { db } = await mongoHost()
    const rows = ['c1', 'c2'].map((_id) => ({ _id, accountId: 'acme', oa_id: 'page', customer_id: 'lan', status: 'open' }))
    const conversations = db.collection<{ _id: string }>('conversations')
    await conversations.insertMany(rows)
    const watched = await new MongoClient(serverUrl('mongoReplicaSet'), { monitorCommands: true }).connect()
    const left = watched.startSession()
    try {
      left.startTransaction()
      const inTransaction = { session: left }
      await watched
        .db(db.databaseName)
        .collection<{ _id: string }>('conversations')
        .updateOne({ _id: 'c1' }, { $set: { note: 1 } }, inTransaction)
      let refused = 0
      const enough = new Promise<void>((resolve) => {
        watched.on('commandFailed', ({ failure }) => {
          refused += /WriteConflict/.test(String(failure)) ? 1 : 0
          if (refused > 40) resolve()
        })
      })
      const merging = mergeDuplicateConversations({ db: watched.db(db.databaseName) }).apply()
      await Promise.race([enough, merging])
      await left.abortTransaction()
      expect(await merging).toMatchObject({ groups: 1, losers: 1 })
      expect(refused).toBeGreaterThan(40)
    } finally {
      await left.endSession()
      await watched.close()
    }
  })

  test('take other names of collections and fields, and integrations of another database', async () => {
    const { client, db } = await mongoHost()
    const other = client.db(`${db.databaseName}_public`)
    try {
      await other.collection('Pages').insertOne({ page: { id: 'p1' }, owner: 'acme' })
      await db.collection('Chats').insertMany([{ page: { id: 'p1' }, owner: null }, { page: { id: 'p2' } }])
      const options = {
        db,
        conversations: { name: 'Chats', oaId: 'page.id', accountId: 'owner', customerId: 'who' },
        integrations: { db: other, name: 'Pages', oaId: 'page.id', accountId: 'owner' },
      }
      expect(await backfillAccountIds(options).plan()).toMatchObject({
        resolved: 1,
        orphans: 1,
        warnings: [expect.stringContaining('no index')],
      })
      await backfillAccountIds(options).apply()
      expect((await db.collection('Chats').find().sort({ 'page.id': 1 }).toArray()).map(({ owner }) => owner)).toEqual(['acme', undefined])
      expect(await verifyAccountIsolation(options)).toMatchObject({
        ok: false,
        missing: 1,
        accounts: [{ accountId: 'acme', conversations: 1 }],
      })
    } finally {
      await other.dropDatabase()
    }
  })

  test('bring a quarantined document back to the last byte, with the order and the types of its fields', async () => {
    const { db } = await mongoHost()
    await db.collection('integrations').insertOne({ oa_id: 'page', accountId: 'acme' })
    const orphan = {
      _id: new ObjectId(),
      z: new Int32(1),
      oa_id: 'gone',
      a: Long.fromNumber(2),
      list: [new Double(3), { $dollar: '$value' }],
      at: new Date(5),
      none: null,
    }
    await db.collection('conversations').insertOne(orphan)
    const raw = async () =>
      (await db.collection('conversations').find({}, { raw: true }).toArray()).map((each) => Buffer.from(each as never).toString('hex'))
    const before = await raw()
    const backfill = backfillAccountIds({ db, orphans: { policy: 'quarantine' } })
    await backfill.apply()
    expect(await raw()).toEqual([])
    await backfill.revert()
    expect(await raw()).toEqual(before)
  })

  test('take no other index under its name for the one that they make, whether it is unique or prepared to be', async () => {
    const { db } = await mongoHost()
    const name = 'accountId_1_oa_id_1_customer_id_1_active'
    const swap = swapUniqueIndex({ db, conversations: { status: 'status' } })
    for (const kind of [{ unique: true }, { prepareUnique: true }]) {
      const index = { key: { accountId: 1, oa_id: 1, customer_id: 1 }, name, partialFilterExpression: { status: 'open' }, ...kind }
      await db.command({ createIndexes: 'conversations', indexes: [index] })
      expect(await swap.verify()).toMatchObject({ ok: false, state: 'absent' })
      await expect(swap.apply()).rejects.toMatchObject({ code: 'INDEX_CONFLICT' })
      expect((await db.collection('conversations').indexes()).map((each) => each.partialFilterExpression)).toEqual([
        undefined,
        { status: 'open' },
      ])
      await db.collection('conversations').dropIndex(name)
    }
  })

  test('know a guard by the id that the version before gave it', async () => {
    const { db } = await mongoHost()
    const passes = db.collection<{ _id: string }>('conversation_store_adoption')
    const swap = swapUniqueIndex({ db, conversations: { status: 'status' } })
    const since = new Date(5)
    const guards = async () =>
      (await passes.find({ guard: { $exists: true } }).toArray()).map(({ _id, ...rest }) => [_id, Reflect.get(rest, 'guard_since')])
    const former = async () => {
      await swap.apply()
      const [kept] = await passes.find({ guard: { $exists: true } }).toArray()
      if (kept === undefined) throw new Error('no guard was kept')
      await passes.deleteOne({ _id: kept._id })
      await passes.insertOne({ ...kept, _id: 'guard of conversations: swapUniqueIndex', ...{ guard_since: since } })
    }
    await former()
    await swap.apply()
    expect(await guards()).toEqual([['guard of conversations: swapUniqueIndex: accountId_1_oa_id_1_customer_id_1_active', since]])
    await former()
    await swap.revert()
    expect(await guards()).toEqual([])
  })

  test('leave an orphan alone that was changed while it was moved to the quarantine', async () => {
    const { client, db } = await mongoHost()
    await db.collection<{ _id: string }>('conversations').insertOne({ _id: 'c1', oa_id: 'gone' } as { _id: string })
    // The helper's own collection object is watched: before it deletes, somebody writes.
    const watched = Object.create(db, {
      collection: {
        value: (name: string, options?: object) => {
          const collection = db.collection(name, options)
          if (name !== 'conversations') return collection
          const { bulkWrite } = collection
          return Object.assign(collection, {
            bulkWrite: async (...args: Parameters<typeof bulkWrite>) => {
              await client
                .db(db.databaseName)
                .collection<{ _id: string }>('conversations')
                .updateOne({ _id: 'c1' }, { $set: { text: 'new' } })
              return Reflect.apply(bulkWrite, collection, args)
            },
          })
        },
      },
    }) as typeof db
    expect(await backfillAccountIds({ db: watched, orphans: { policy: 'quarantine' } }).apply()).toMatchObject({ quarantined: 0 })
    expect(await db.collection('conversations').findOne()).toEqual({ _id: 'c1', oa_id: 'gone', text: 'new' })
    expect(await db.collection('conversation_store_quarantine').countDocuments()).toBe(0)
  })
})

describe.skipIf(isServerAbsent('mongoStandalone'))('on a standalone server', () => {
  test('accounts are filled in, and a merge is refused because it needs transactions', async () => {
    const host = await mongoHost('mongoStandalone')
    await host.addIntegrations([{ oaId: 'page', accountId: 'acme' }])
    await host.addConversations([
      { id: 'c1', oaId: 'page', customerId: 'x', status: 'open' },
      { id: 'c2', oaId: 'page', customerId: 'x', status: 'open' },
    ])
    expect(await backfillAccountIds({ db: host.db }).apply()).toMatchObject({ updated: 2 })
    await expect(mergeDuplicateConversations({ db: host.db }).apply()).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    expect(await host.conversations()).toHaveLength(2)
  })
})
