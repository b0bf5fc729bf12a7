import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrateTarget, previewRevert, revertTarget } from '../../src/migrator/kernel/run-target.js'
import { storeCollectionMigrations } from '../../src/mongo/schema/steps.js'
import { MIGRATIONS } from '../../src/platform/mongo/migrations.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { type EmptyDatabase, emptyDatabase, migration, run } from './migration-runs.js'

const byEmail = { key: { email: 1 }, options: { name: 'idx_email', unique: true } } as const
const byAge = { key: { age: 1 }, options: { name: 'idx_age' }, indexSet: 'platform' } as const

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a database of MongoDB', () => {
  let database: EmptyDatabase
  beforeEach(async () => {
    database = await emptyDatabase(serverUrl('mongoReplicaSet'))
  })
  afterEach(() => database[Symbol.asyncDispose]())
  const names = async (collection: string) => (await database.db.collection(collection).indexes()).map(({ name }) => name).sort()

  test('gets the indexes of a migration before its code moves data, and remembers what was done', async () => {
    const seen: unknown[] = []
    const target = database.target([
      migration({
        indexes: [byEmail, byAge],
        async up(db, collectionName, { dryRun }) {
          seen.push(await names(collectionName), dryRun)
          await db.collection(collectionName).insertOne({ email: 'a' })
        },
        async down() {},
      }),
    ])
    expect(await migrateTarget(target, run())).toEqual({ applied: ['users@001'] })
    expect(seen).toEqual([['_id_', 'idx_age', 'idx_email'], false])
    const { entries } = await target.readLedger()
    expect(entries).toMatchObject([
      {
        id: 'users@001',
        owner: 'host',
        state: 'applied',
        attempts: 1,
        failure: null,
        seq: 1,
        libraryVersion: expect.stringMatching(/^\d+\.\d+/),
        startedAt: expect.any(Date),
        finishedAt: expect.any(Date),
      },
    ])
    expect([...(entries[0]?.steps ?? [])].sort()).toEqual(['indexes', 'indexes of the platform', 'up'])
    expect(await database.commandsOf(() => migrateTarget(target, run()))).toHaveLength(1)
    expect(await target.readLock()).toBeNull()
  })

  test("of the store's is made with 47 commands, and lacks the platform's indexes alone", async () => {
    const store = database.target(storeCollectionMigrations)
    const commands = await database.commandsOf(() => migrateTarget(store, run()))
    expect(commands.length).toBeLessThanOrEqual(47)
    const tenant = database.target(MIGRATIONS.filter(({ isTenant }) => isTenant))
    const { applied } = await migrateTarget(tenant, run())
    expect(applied).toEqual(['platform/config@001', 'platform/conversations@001', 'platform/messages@001'])
    expect((await tenant.compareIndexes(null)).filter(({ verdict }) => verdict !== 'equal')).toEqual([])
    expect(await migrateTarget(store, run())).toEqual({ applied: [] })
  })

  test('makes an index of a set that was left out in a later run, under the same checksum', async () => {
    const target = database.target([migration({ indexes: [byEmail, byAge] })])
    expect(await migrateTarget(target, run({ indexSet: 'store' }))).toEqual({ applied: ['users@001'] })
    expect(await names('users')).toEqual(['_id_', 'idx_email'])
    expect(await migrateTarget(target, run({ indexSet: 'store' }))).toEqual({ applied: [] })
    expect(await migrateTarget(target, run())).toEqual({ applied: ['users@001'] })
    expect(await names('users')).toEqual(['_id_', 'idx_age', 'idx_email'])
    expect(await migrateTarget(target, run())).toEqual({ applied: [] })
  })

  test('goes on at the step that failed, and says what failed without the documents that the server quotes', async () => {
    let isBroken = true
    const target = database.target([
      migration({
        indexes: [byEmail],
        async up(db, collectionName) {
          await db.collection(collectionName).insertOne({ email: 'secret' })
          if (isBroken) await db.collection(collectionName).insertOne({ email: 'secret' })
        },
      }),
    ])
    const error: unknown = await migrateTarget(target, run()).catch((each: unknown) => each)
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED', details: { migration: 'users@001', step: 'up' }, cause: { code: 11000 } })
    expect(String(error)).not.toContain('secret')
    expect((await target.readLedger()).entries).toMatchObject([
      { state: 'failed', steps: ['indexes'], attempts: 1, failure: { step: 'up', message: expect.not.stringContaining('secret') } },
    ])
    isBroken = false
    await database.db.collection('users').deleteMany({})
    const commands = await database.commandsOf(() => migrateTarget(target, run()))
    expect(commands.map(({ commandName }) => commandName)).not.toContain('createIndexes')
    expect((await target.readLedger()).entries).toMatchObject([{ state: 'applied', attempts: 2, failure: null }])
  })

  test('that has duplicates where a unique index is to be names them, and the other indexes are made', async () => {
    await database.db.collection('users').insertMany([{ email: 'a' }, { email: 'a' }])
    const target = database.target([migration({ indexes: [byEmail, { key: { name: 1 }, options: { name: 'idx_name' } }] })])
    const { users } = { users: database.db.collection('users') }
    await expect(migrateTarget(target, run())).rejects.toMatchObject({
      code: 'DUPLICATE_KEYS',
      details: { index: 'idx_email', groups: [{ key: { email: 'a' }, count: 2 }], totalDocuments: 2 },
    })
    await users.deleteOne({})
    expect(await migrateTarget(target, run())).toEqual({ applied: ['users@001'] })
  })

  test('takes an index that is there under another name for the declared one', async () => {
    await database.db.collection('users').createIndex({ email: 1 }, { unique: true, name: 'email_1' })
    const target = database.target([migration({ indexes: [byEmail, { key: { name: 1 }, options: { name: 'idx_name' } }] })])
    expect(await migrateTarget(target, run())).toEqual({ applied: ['users@001'] })
    expect(await names('users')).toEqual(['_id_', 'email_1', 'idx_name'])
  })

  test('is made up, undone and made again to the same schema', async () => {
    const target = database.target([
      ...storeCollectionMigrations,
      migration({ indexes: [byEmail], up: async () => {}, down: async () => {} }),
    ])
    const schema = async () =>
      Promise.all(
        (await database.db.listCollections().toArray())
          .map(({ name }) => name)
          .filter((name) => name !== 'conversation_store_migrations')
          .sort()
          .map(async (name) => [name, await names(name)]),
      )
    await migrateTarget(target, run())
    const first = await schema()
    await revertTarget(target, run(), { to: '0' })
    expect(await schema()).toEqual([])
    expect((await target.readLedger()).entries.every(({ state }) => state === 'reverted')).toBe(true)
    await migrateTarget(target, run())
    expect(await schema()).toEqual(first)
  })

  test('keeps documents when the migration that made their collection is undone', async () => {
    const target = database.target([migration({ indexes: [byEmail] })])
    await migrateTarget(target, run())
    await database.db.collection('users').insertOne({ email: 'a' })
    expect(await revertTarget(target, run(), { to: null })).toEqual({
      applied: ['users@001'],
      kept: [{ what: 'collection users', rows: 1 }],
    })
    expect(await database.db.collection('users').countDocuments()).toBe(1)
    expect(await names('users')).toEqual(['_id_'])
    await migrateTarget(target, run())
    expect(await revertTarget(target, run(), { to: null, dropData: true })).toEqual({ applied: ['users@001'], kept: [] })
    expect(await database.db.listCollections({ name: 'users' }).toArray()).toEqual([])
  })

  test('tells what undoing would do, with the documents that it would keep, and does nothing', async () => {
    const counted = migration({
      version: '002',
      up: async () => {},
      async down(db, collectionName) {
        await db.collection(collectionName).updateMany({}, { $unset: { email: '' } })
      },
    })
    const target = database.target([migration({ indexes: [byEmail] }), counted, migration({ version: '003', up: async () => {} })])
    await migrateTarget(target, run())
    await database.db.collection('users').insertMany([{ email: 'a' }, { email: 'b' }])
    const before = await database.content()
    expect(await previewRevert(target, run(), { to: '0' })).toEqual([
      {
        migration: 'users@003',
        steps: [
          { step: 'down', would: [], count: null, obstacles: ['it can not be undone: its definition has no `down`'] },
          { step: 'indexes', would: [], count: null, obstacles: [] },
        ],
      },
      {
        migration: 'users@002',
        steps: [
          {
            step: 'down',
            would: ['db.getCollection("users").updateMany({}, { $unset: { email: "" } })'],
            count: 2,
            obstacles: [],
          },
          { step: 'indexes', would: [], count: null, obstacles: [] },
        ],
      },
      {
        migration: 'users@001',
        steps: [
          {
            step: 'indexes',
            would: ['db.getCollection("users").dropIndex("idx_email")', 'db.getCollection("users").drop() // 2 documents'],
            count: 2,
            obstacles: ['collection users holds 2 documents: without --drop-data it is kept'],
          },
        ],
      },
    ])
    expect(await database.content()).toEqual(before)
  })

  test('is not undone without a way back, and begins anew after a way back that failed', async () => {
    const up = async () => {}
    await migrateTarget(database.target([migration({ up })]), run())
    await expect(revertTarget(database.target([migration({ up })]), run(), { to: null })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    const failing = database.target([
      migration({
        up,
        async down() {
          throw new Error('not today')
        },
      }),
    ])
    await expect(revertTarget(failing, run(), { to: null })).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      details: { step: 'down', reason: 'not today' },
    })
    expect((await failing.readLedger()).entries).toMatchObject([{ state: 'reverting', failure: { step: 'down' } }])
    let ran = 0
    const again = database.target([
      migration({
        async up() {
          ran += 1
        },
      }),
    ])
    await migrateTarget(again, run())
    expect(ran).toBe(1)
    expect((await again.readLedger()).entries).toMatchObject([{ state: 'applied', attempts: 3 }])
  })

  test('keeps the order of time of migrations that several programs made', async () => {
    const first = migration({})
    await migrateTarget(database.target([first]), run())
    await migrateTarget(database.target([first, migration({ version: '002' })]), run())
    await expect(migrateTarget(database.target([first]), run())).rejects.toMatchObject({
      code: 'MIGRATION_REFUSED',
      details: { newer: ['users@002'] },
    })
    const changed = database.target([migration({ revision: 2 }), migration({ version: '002' })])
    await expect(migrateTarget(changed, run())).rejects.toMatchObject({ code: 'MIGRATION_REFUSED', details: { changed: ['users@001'] } })
  })
})
