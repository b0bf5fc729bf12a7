import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import type { Doc, MongoCollection } from '../../src/mongo/driver.js'
import { ledgerLease } from '../../src/mongo/migrator/run-lock.js'
import { mongoMigrations } from '../../src/mongo/migrator/runnable.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { context, type EmptyDatabase, emptyDatabase, lock, migration, run } from './migration-runs.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the lock of a database of MongoDB', () => {
  let database: EmptyDatabase
  beforeEach(async () => {
    database = await emptyDatabase(serverUrl('mongoReplicaSet'))
  })
  afterEach(() => database[Symbol.asyncDispose]())
  const documents = () => database.db.collection<{ _id: string; token: number }>('conversation_store_migrations')
  const tokens = async () => Object.fromEntries((await documents().find().toArray()).map(({ _id, token }) => [_id, token]))
  const gone = (token: number, inMs: number) => ({
    _id: 'lease',
    token,
    claim: 'x',
    holder: 'gone:1',
    since: new Date(),
    expires_at: new Date(Date.now() + inMs),
  })

  test('refuses to write for a holder whose lease another took over', async () => {
    const first = await lock(database.target([migration({})], 300))
    const lost = new Promise((resolve) => first.signal.addEventListener('abort', resolve))
    await documents().updateOne({ _id: 'lease' }, [{ $set: { expires_at: '$$NOW' } }])
    const second = await lock(database.target([migration({})], 30_000))
    const [only] = mongoMigrations([migration({})])
    if (only === undefined) throw new Error('there is a migration')
    await expect(first.apply(only, ['collection'], context())).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect((await database.target([]).readLedger()).entries).toEqual([])
    expect(await database.db.listCollections({ name: 'users' }).toArray()).toEqual([])
    await lost
    await first.release()
    expect(await database.target([]).readLock()).not.toBeNull()
    await second.apply(only, ['collection'], context())
    await second.release()
    expect((await database.target([]).readLedger()).entries).toMatchObject([{ state: 'applied' }])
  })

  test('stops code that is at work when its lease was broken, and writes nothing of it down', async () => {
    let holder: unknown
    const target = database.target(
      [
        migration({
          async up(_, __, { signal }) {
            holder = await database.target([]).breakLock()
            while (!signal.aborted) await sleep(20)
          },
        }),
      ],
      300,
    )
    await expect(migrateTarget(target, run())).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(holder).toMatchObject({ holder: expect.stringContaining(`:${process.pid}`), since: expect.any(Date) })
    expect((await target.readLedger()).entries).toMatchObject([{ state: 'applying', failure: null }])
    expect(await target.breakLock()).toBeNull()
  })

  test('is waited for no longer than asked, and says who holds it', async () => {
    const target = database.target([migration({})])
    const first = await lock(target)
    await expect(migrateTarget(target, run({ lockWaitMs: 100 }))).rejects.toMatchObject({
      code: 'MIGRATION_LOCKED',
      details: { database: database.db.databaseName, holder: expect.any(String), expiresInMs: expect.any(Number) },
    })
    await first.release()
    expect(await migrateTarget(target, run({ lockWaitMs: 100 }))).toEqual({ applied: ['users@001'] })
  })

  test('is taken over from a runner that is gone when its lease is over', async () => {
    await documents().insertMany([gone(7, 1_000), { _id: 'ledger', token: 7 }])
    expect(await migrateTarget(database.target([migration({})]), run())).toEqual({ applied: ['users@001'] })
    expect(await tokens()).toEqual({ lease: 8, ledger: 9 })
  })

  test('is taken over from a runner that died between the lease and the fence', async () => {
    await documents().insertMany([gone(9, -1_000), { _id: 'ledger', token: 7 }])
    const locked = await lock(database.target([]))
    expect(await tokens()).toEqual({ lease: 10, ledger: 10 })
    await locked.release()
  })

  test('is locked with a token above the fence, also where the lease was lost', async () => {
    await documents().insertOne({ _id: 'ledger', token: 7 })
    const locked = await lock(database.target([]))
    expect(await tokens()).toEqual({ lease: 8, ledger: 8 })
    await locked.release()
    await expect(migrateTarget(database.target([migration({})]), run())).resolves.toEqual({ applied: ['users@001'] })
  })

  test('takes no write of a holder that let go, or whose lock was broken', async () => {
    const target = database.target([migration({})])
    const [only] = mongoMigrations([migration({})])
    if (only === undefined) throw new Error('there is a migration')
    const released = await lock(target)
    await released.release()
    await expect(released.apply(only, ['collection'], context())).rejects.toMatchObject({ code: 'LEASE_LOST' })
    const broken = await lock(target)
    expect(await target.breakLock()).toMatchObject({ holder: expect.stringContaining(`:${process.pid}`) })
    await expect(broken.apply(only, ['collection'], context())).rejects.toMatchObject({ code: 'LEASE_LOST' })
    await broken.release()
    expect((await target.readLedger()).entries).toEqual([])
    expect(await migrateTarget(target, run())).toEqual({ applied: ['users@001'] })
  })

  test('is not held by one who stood still between the lease and the fence while another took over', async () => {
    const ledger = database.db.collection('conversation_store_migrations')
    let other: unknown
    const slow: MongoCollection = Object.assign(Object.create(ledger) as MongoCollection, {
      async findOneAndUpdate(filter: Doc, update: Doc[], options: object) {
        if (filter._id === 'ledger' && other === undefined) {
          await documents().updateOne({ _id: 'lease' }, [{ $set: { expires_at: '$$NOW' } }])
          other = await ledgerLease(ledger as MongoCollection, async () => {}).acquire('', 'other:1', 30_000)
        }
        return (ledger as MongoCollection).findOneAndUpdate(filter, update, options)
      },
    })
    expect(await ledgerLease(slow, async () => {}).acquire('', 'slow:1', 30_000)).toMatchObject({ heldBy: { holder: 'other:1' } })
    expect(other).toEqual({ token: 2 })
    expect(await tokens()).toEqual({ lease: 2, ledger: 2 })
  })

  test('waits for the last batch of a runner that is gone, no longer than asked', async () => {
    await documents().insertMany([gone(7, -1_000), { _id: 'ledger', token: 7 }])
    const session = database.client.startSession()
    session.startTransaction()
    await documents().updateOne({ _id: 'ledger', token: 7 }, { $set: { batch: 1 } }, { session })
    const target = database.target([migration({})], 1_500)
    await expect(migrateTarget(target, run({ lockWaitMs: 0 }))).rejects.toMatchObject({
      code: 'MIGRATION_LOCKED',
      details: { holder: expect.stringContaining('still open') },
    })
    expect(await target.readLock()).toBeNull()
    await session.commitTransaction()
    await session.endSession()
    expect(await migrateTarget(target, run())).toEqual({ applied: ['users@001'] })
  })
})
