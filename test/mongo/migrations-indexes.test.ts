import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrateTarget, previewRevert, previewTarget, revertTarget } from '../../src/migrator/kernel/run-target.js'
import type { CollectionMigration } from '../../src/mongo/migrator/migration.js'
import { storeCollectionMigrations } from '../../src/mongo/schema/steps.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { type EmptyDatabase, emptyDatabase, lock, migration, run } from './migration-runs.js'

const all = { indexSet: null, prune: false, collection: null }
const index = (name: string, key: Readonly<Record<string, 1 | -1>>, options: object = {}) => ({ key, options: { name, ...options } })

const first = migration({ indexes: [index('idx_a', { a: 1 }, { unique: true }), index('idx_b', { b: 1 })] })
const changed = migration({ version: '002', indexes: [index('idx_a', { a: 1, tenant: 1 }, { unique: true })] })
const retired = migration({ version: '003', indexes: [index('idx_c', { c: 1 })], drop: ['idx_b'] })

describe.skipIf(isServerAbsent('mongoReplicaSet'))('an index of a migration on MongoDB', () => {
  let database: EmptyDatabase
  beforeEach(async () => {
    database = await emptyDatabase(serverUrl('mongoReplicaSet'))
  })
  afterEach(() => database[Symbol.asyncDispose]())

  const users = () => database.db.collection('users')
  const indexes = async () =>
    Object.fromEntries(
      (await users().indexes()).filter(({ name }) => name !== '_id_').map(({ name, key }) => [name, Object.keys(key).join()]),
    )
  const migrate = (...migrations: readonly CollectionMigration[]) => migrateTarget(database.target(migrations), run())
  const down = (migrations: readonly CollectionMigration[]) => revertTarget(database.target(migrations), run(), { to: null })
  const sync = async (migrations: readonly CollectionMigration[], options: Partial<typeof all> = {}) => {
    const locked = await lock(database.target(migrations))
    const signal = new AbortController().signal
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    try {
      const actions = await locked.syncIndexes({ ...all, ...options }, { signal, logger, batchSize: 10, onStep() {} })
      return actions.map(({ index, action }) => `${action} ${index}`)
    } finally {
      await locked.release()
    }
  }

  test('is changed by a later declaration of its name, and retired by a later version', async () => {
    await migrate(first)
    expect(await indexes()).toEqual({ idx_a: 'a', idx_b: 'b' })
    const unguarded: unknown[] = []
    const commands = await database.commandsOf(() => migrate(first, changed))
    for (const { command } of commands)
      if ('createIndexes' in command || 'dropIndexes' in command) unguarded.push('createIndexes' in command ? 'make' : command.index)
    expect(unguarded).toEqual(['make', 'idx_a'])
    expect(await indexes()).toEqual({ idx_a__2: 'a,tenant', idx_b: 'b' })
    await migrate(first, changed, retired)
    expect(await indexes()).toEqual({ idx_a__2: 'a,tenant', idx_c: 'c' })
    expect(await migrate(first, changed, retired)).toEqual({ applied: [] })
  })

  test('is put back by `down` as it stood before', async () => {
    const program = [first, changed, retired]
    await migrate(first)
    await migrate(...program)
    await down(program)
    expect(await indexes()).toEqual({ idx_a__2: 'a,tenant', idx_b: 'b' })
    await down(program)
    expect(await indexes()).toEqual({ idx_a: 'a', idx_b: 'b' })
    await migrate(...program)
    expect(Object.values(await indexes()).sort()).toEqual(['a,tenant', 'c'])
    await revertTarget(database.target(program), run(), { to: '0' })
    expect(await database.db.listCollections({ name: 'users' }).toArray()).toEqual([])
  })

  test('is not put back while data stands in its way, which is told', async () => {
    const program = [first, changed]
    await migrate(...program)
    await users().insertMany([
      { a: 1, tenant: 1 },
      { a: 1, tenant: 2 },
    ])
    const [preview] = await previewRevert(database.target(program), run(), { to: null })
    expect(preview?.steps).toMatchObject([{ step: 'indexes', obstacles: [expect.stringContaining('idx_a'), expect.anything()] }])
    await expect(down(program)).rejects.toMatchObject({ code: 'DUPLICATE_KEYS', details: { index: 'idx_a__2', totalDocuments: 2 } })
    expect(Object.values(await indexes()).sort()).toEqual(['a,tenant', 'b'])
    await users().deleteOne({ tenant: 2 })
    await down(program)
    expect(Object.values(await indexes()).sort()).toEqual(['a', 'b'])
  })

  test('is not made where a later migration of the same run changes or retires it', async () => {
    await users().insertMany([
      { a: 1, tenant: 1 },
      { a: 1, tenant: 2 },
    ])
    const program = [first, changed, retired]
    const would = (await previewTarget(database.target(program), run())).map(({ steps }) => steps.flatMap((step) => step.would))
    expect(would).toEqual([
      [],
      ['db.getCollection("users").createIndex({ a: 1, tenant: 1 }, { name: "idx_a", unique: true })'],
      ['db.getCollection("users").createIndex({ c: 1 }, { name: "idx_c" })'],
    ])
    await migrate(...program)
    expect(await indexes()).toEqual({ idx_a: 'a,tenant', idx_c: 'c' })
    await revertTarget(database.target(program), run(), { to: '002' })
    expect(await indexes()).toEqual({ idx_a: 'a,tenant', idx_b: 'b' })
  })

  test('is made in its first form where the run ends before the change', async () => {
    const target = database.target([first, changed, retired])
    const upTo = (version: string) => migrateTarget(target, run({ select: (each) => each.version <= version }))
    await upTo('001')
    expect(await indexes()).toEqual({ idx_a: 'a', idx_b: 'b' })
    await upTo('002')
    expect(await indexes()).toEqual({ idx_a__2: 'a,tenant', idx_b: 'b' })
  })

  test('is kept by a sync as it was declared last, and two declarations do not take turns', async () => {
    const program = [first, changed, retired]
    await migrate(...program)
    expect(await sync(program)).toEqual([])
    expect(await sync(program, { prune: true })).toEqual([])
    const findings = await database.target(program).compareIndexes(null)
    expect(findings.map(({ index, verdict }) => [index, verdict])).toEqual([
      ['idx_a', 'equal'],
      ['idx_c', 'equal'],
    ])
    await users().dropIndex('idx_a')
    await users().createIndex({ a: 1 }, { name: 'idx_a', unique: true })
    await users().createIndex({ b: 1 }, { name: 'idx_b' })
    expect(await sync(program)).toEqual(['replace idx_a'])
    expect(await sync(program)).toEqual([])
    expect(await sync(program, { prune: true })).toEqual(['drop idx_b'])
    expect(await sync(program, { prune: true })).toEqual([])
  })

  test('that was synced before its migrations ran is there when they have run', async () => {
    const program = [first, changed, retired]
    expect(await sync(program)).toEqual(['create idx_a', 'create idx_c'])
    await migrate(...program)
    expect(await indexes()).toEqual({ idx_a: 'a,tenant', idx_c: 'c' })
  })

  test('that is retired stays where it is another declared one under its old name', async () => {
    const renamed = migration({ version: '002', indexes: [index('idx_new', { b: 1 })], drop: ['idx_b'] })
    await migrate(first)
    await migrate(first, renamed)
    expect(await indexes()).toEqual({ idx_a: 'a', idx_b: 'b' })
    expect(await sync([first, renamed], { prune: true })).toEqual([])
  })

  test('is never pruned where the code of a migration may have made it', async () => {
    const byHand = migration({
      version: '002',
      async up(db, collectionName) {
        await db.collection(collectionName).createIndexes([{ key: { made: 1 }, name: 'by_code' }, { key: { a: 1, made: -1 } }])
      },
      async down() {},
    })
    const program = [first, byHand]
    await migrate(...program)
    await users().createIndex({ forgotten: 1 }, { name: 'forgotten' })
    expect(await sync(program, { prune: true })).toEqual(['drop forgotten'])
    expect(Object.keys(await indexes()).sort()).toEqual(['a_1_made_-1', 'by_code', 'idx_a', 'idx_b'])
  })

  test('tells in a dry run what is replaced, dropped and put back', async () => {
    const program = [first, changed, retired]
    await migrate(first)
    const [change, retirement] = await previewTarget(database.target(program), run())
    expect(change?.steps).toEqual([
      {
        step: 'indexes',
        would: [
          'db.getCollection("users").createIndex({ a: 1, tenant: 1 }, { name: "idx_a__2", unique: true })',
          'db.getCollection("users").getIndexes()',
          'db.getCollection("users").dropIndex("idx_a")',
        ],
        count: 0,
        obstacles: [],
      },
    ])
    expect(retirement?.steps[1]).toEqual({
      step: 'drop indexes',
      would: ['db.getCollection("users").dropIndex("idx_b")'],
      count: null,
      obstacles: [],
    })
    await migrate(...program)
    const [undo] = await previewRevert(database.target(program), run(), { to: null })
    expect(undo?.steps).toEqual([
      {
        step: 'indexes',
        would: ['db.getCollection("users").createIndex({ b: 1 }, { name: "idx_b" })', 'db.getCollection("users").dropIndex("idx_c")'],
        count: null,
        obstacles: [],
      },
    ])
  })

  test("of the store's can be changed and retired by a later version of the store's", async () => {
    const ofTheStore = { owner: 'conversation-store', isPublic: false, collectionName: 'messages' }
    const later = [
      migration({ ...ofTheStore, version: '900', indexes: [index('idx_messages_outbound', { accountId: 1, message_id: 1, _id: 1 })] }),
      migration({ ...ofTheStore, version: '901', drop: ['idx_messages_time'] }),
    ]
    await migrate(...storeCollectionMigrations)
    const names = async () => (await database.db.collection('messages').indexes()).map(({ name }) => name)
    const before = await names()
    const program = [...storeCollectionMigrations, ...later]
    expect(await migrate(...program)).toEqual({ applied: ['conversation-store/messages@900', 'conversation-store/messages@901'] })
    const expected = before.filter((name) => name !== 'idx_messages_time')
    expect((await names()).map((name) => name?.replace('__2', '')).sort()).toEqual(expected.sort())
    expect(await sync(program, { prune: true })).toEqual([])
    await revertTarget(database.target(program), run(), { to: storeCollectionMigrations.at(-1)?.version ?? null })
    expect((await names()).sort()).toEqual(before.sort())
    expect(await sync(storeCollectionMigrations, { prune: true })).toEqual([])
  })
})
