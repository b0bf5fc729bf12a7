import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import type { CollectionMigration } from '../../src/mongo/migrator/migration.js'
import { mongoMigrations } from '../../src/mongo/migrator/runnable.js'
import { mongoTarget } from '../../src/mongo/migrator/target.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { type EmptyDatabase, emptyDatabase, migration, run } from './migration-runs.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a runner that was killed while the work of a batch ran', () => {
  let database: EmptyDatabase
  beforeEach(async () => {
    database = await emptyDatabase(serverUrl('mongoReplicaSet'))
  })
  afterEach(() => database[Symbol.asyncDispose]())
  const users = () => database.db.collection<{ _id: number; runs?: number }>('users')

  /** Begins a run whose second batch hangs, and returns a migration of which no batch hangs. */
  async function hangingBatch() {
    await users().insertMany(Array.from({ length: 25 }, (_, n) => ({ _id: n })))
    const counting = (atWork: () => Promise<void>): CollectionMigration =>
      migration({
        async up(db, name, { batch }) {
          await batch({}, async (documents, { session }) => {
            const writes = documents.map(({ _id }) => ({ updateOne: { filter: { _id }, update: { $inc: { runs: 1 } } } }))
            await db.collection(name).bulkWrite(writes, { session })
            await atWork()
          })
        },
      })
    const client = await new MongoClient(serverUrl('mongoReplicaSet')).connect()
    let pages = 0
    let end = () => {}
    const isHanging = new Promise<void>((hanging) => {
      const dying = mongoTarget({
        client,
        db: client.db(database.db.databaseName),
        migrations: mongoMigrations([
          counting(async () => {
            if (++pages < 2) return
            hanging()
            await new Promise<void>((_, reject) => {
              end = () => reject(new Error('the server has ended it'))
            })
          }),
        ]),
      })
      void migrateTarget(dying, run()).catch(() => {})
    })
    await isHanging
    return { whole: counting(async () => {}), end: () => end(), close: () => client.close() }
  }

  test('has its transaction ended by the next one, which writes each document once', async () => {
    const { whole, end, close } = await hangingBatch()
    expect(await database.target([]).breakLock()).not.toBeNull()
    const next = database.target([whole])
    expect((await migrateTarget(next, run({ lockWaitMs: 0 }))).applied).toEqual(['users@001'])
    end()
    expect(await users().countDocuments({ runs: 1 })).toBe(25)
    expect((await next.readLedger()).entries).toMatchObject([{ state: 'applied', failure: null }])
    await close()
  })

  test('has its transaction ended by one that takes over when its time is over', async () => {
    const { whole, end, close } = await hangingBatch()
    // The runner is not dead, but its lease is that of one.
    const lease = { _id: 'lease' as never }
    await database.db.collection('conversation_store_migrations').updateOne(lease, { $set: { expires_at: new Date(0) } })
    expect((await migrateTarget(database.target([whole]), run({ lockWaitMs: 0 }))).applied).toEqual(['users@001'])
    end()
    expect(await users().countDocuments({ runs: 1 })).toBe(25)
    await close()
  })

  test('is waited for until the server has ended its transaction, by a user that may not end it', async () => {
    const { whole, end, close } = await hangingBatch()
    await database.db.collection('conversation_store_migrations').updateOne({ _id: 'lease' as never }, { $unset: { session: 1 } })
    // Nobody waits for the batch to take the lock from its holder.
    expect(await database.target([]).breakLock()).not.toBeNull()
    const next = database.target([whole], 900)
    const locked = { code: 'MIGRATION_LOCKED', message: expect.stringContaining('a runner that is gone, whose last batch is still open') }
    await expect(migrateTarget(next, run({ lockWaitMs: 0 }))).rejects.toMatchObject(locked)
    const waitedFor: unknown[] = []
    const outcome = await migrateTarget(
      next,
      run({
        lockWaitMs: 1,
        onWait: (holder) => {
          waitedFor.push(holder?.holder)
          end()
        },
      }),
    )
    expect(outcome.applied).toEqual(['users@001'])
    expect(waitedFor[0]).toBe('a runner that is gone, whose last batch is still open')
    expect(await users().countDocuments({ runs: 1 })).toBe(25)
    expect((await next.readLedger()).entries).toMatchObject([{ state: 'applied', failure: null }])
    await close()
  })
})

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the lock of a run', () => {
  let database: EmptyDatabase
  beforeEach(async () => {
    database = await emptyDatabase(serverUrl('mongoReplicaSet'))
  })
  afterEach(() => database[Symbol.asyncDispose]())

  test('is renewed while the code of a migration fills the pool, with a client of its own, and else is lost for want of an answer', async () => {
    const url = serverUrl('mongoReplicaSet')
    const [client, leaseClient] = await Promise.all([
      new MongoClient(url, { maxPoolSize: 1 }).connect(),
      new MongoClient(url, { maxPoolSize: 1 }).connect(),
    ])
    const db = client.db(database.db.databaseName)
    await db.collection('users').insertOne({})
    const slow = migration({
      async up(held, name) {
        await held.collection(name).find({ $where: 'sleep(2500) || true' }).toArray()
        await held.collection(name).insertOne({})
      },
    })
    const target = (more: object) => mongoTarget({ client, db, migrations: mongoMigrations([slow]), leaseTtlMs: 1_500, ...more })
    await expect(migrateTarget(target({}), run())).rejects.toMatchObject({
      code: 'LEASE_LOST',
      details: { reason: 'no answer' },
      message: expect.stringMatching(
        /^LEASE_LOST: the database did not answer in time whether the lease migrations of \w+ is still held, so another may have it; stop this work, and look at what it has written$/,
      ),
    })
    expect(await migrateTarget(target({ leaseClient }), run())).toEqual({ applied: ['users@001'] })
    await Promise.all([client.close(), leaseClient.close()])
  })

  test('that was taken refuses what the code of the migration still sends, and says who has it', async () => {
    const sent: unknown[] = []
    const stubborn = migration({
      async up(db, name, { signal }) {
        const users = db.collection(name)
        await users.insertOne({ _id: 'before' })
        await database.target([]).breakLock()
        await new Promise((lost) => signal.addEventListener('abort', lost))
        for (const write of [
          () => users.insertOne({ _id: 'after' }),
          () => db.collection('other').insertOne({}),
          () => db.command({ create: 'third' }),
        ])
          sent.push(
            await Promise.resolve()
              .then(write)
              .catch((error: unknown) => error),
          )
      },
    })
    await expect(migrateTarget(database.target([stubborn], 600), run())).rejects.toMatchObject({
      code: 'LEASE_LOST',
      details: { reason: 'taken over' },
      message: expect.stringMatching(/ was taken over by another, or ended; stop this work, and look at what it has written$/),
    })
    expect(sent).toMatchObject([{ code: 'LEASE_LOST' }, { code: 'LEASE_LOST' }, { code: 'LEASE_LOST' }])
    expect(await database.db.collection('users').countDocuments()).toBe(1)
    expect(await database.db.listCollections({ name: { $in: ['other', 'third'] } }).toArray()).toEqual([])
  })
})
