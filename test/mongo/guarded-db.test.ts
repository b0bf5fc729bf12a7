import type { Collection, Db } from 'mongodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guardedDb } from '../../src/mongo/migrator/guarded-db.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { type EmptyDatabase, emptyDatabase } from './migration-runs.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a database that a dry run gives to code', () => {
  let database: EmptyDatabase
  beforeAll(async () => {
    database = await emptyDatabase(serverUrl('mongoReplicaSet'))
    await database.db.collection('users').insertMany([{ a: 1 }, { a: 1 }, { a: 2 }])
  })
  afterAll(() => database[Symbol.asyncDispose]())
  const open = () => {
    const guarded = guardedDb(database.db)
    const db = guarded.db as unknown as Db
    return { db, users: db.collection('users'), refused: guarded.refused }
  }

  test('is read as any other', async () => {
    const { db, users, refused } = open()
    expect(await users.find({ a: 1 }).sort({ _id: 1 }).limit(1).toArray()).toHaveLength(1)
    expect(await users.findOne({ a: 2 })).toMatchObject({ a: 2 })
    expect(await users.countDocuments()).toBe(3)
    expect(await users.estimatedDocumentCount()).toBe(3)
    expect(await users.distinct('a')).toEqual([1, 2])
    expect(
      await users
        .aggregate()
        .match({ a: 1 })
        .group({ _id: '$a', n: { $sum: 1 } })
        .toArray(),
    ).toEqual([{ _id: 1, n: 2 }])
    let met = 0
    for await (const _ of users.find()) met += 1
    for await (const _ of users.aggregate([{ $match: {} }])) met += 1
    expect(met).toBe(6)
    expect(await users.indexes()).toHaveLength(1)
    expect(await db.command({ ping: 1 })).toMatchObject({ ok: 1 })
    expect(await db.command({ count: 'users' })).toMatchObject({ n: 3 })
    expect(await db.listCollections().toArray()).toHaveLength(1)
    expect((await db.collections()).map(({ collectionName }) => collectionName)).toEqual(['users'])
    expect([db.databaseName, users.collectionName, users.namespace]).toEqual([
      database.db.databaseName,
      'users',
      `${database.db.databaseName}.users`,
    ])
    expect(refused).toEqual([])
  })

  const writes: readonly (readonly [string, (users: Collection, db: Db) => unknown])[] = [
    ['insertOne', (users) => users.insertOne({})],
    ['insertMany', (users) => users.insertMany([{}, {}, {}, {}, {}])],
    ['updateOne', (users) => users.updateOne({ a: 1 }, { $set: { b: 1 } })],
    ['updateMany', (users) => users.updateMany({ a: 1 }, { $set: { b: 1 } })],
    ['replaceOne', (users) => users.replaceOne({ a: 1 }, {})],
    ['deleteOne', (users) => users.deleteOne({ a: 1 })],
    ['deleteMany', (users) => users.deleteMany({ a: 1 })],
    ['bulkWrite', (users) => users.bulkWrite([{ deleteMany: { filter: {} } }])],
    ['findOneAndUpdate', (users) => users.findOneAndUpdate({}, { $set: { b: 1 } })],
    ['findOneAndDelete', (users) => users.findOneAndDelete({})],
    ['findOneAndReplace', (users) => users.findOneAndReplace({}, {})],
    ['createIndex', (users) => users.createIndex({ a: 1 })],
    ['createIndexes', (users) => users.createIndexes([{ key: { a: 1 } }])],
    ['dropIndex', (users) => users.dropIndex('a')],
    ['dropIndexes', (users) => users.dropIndexes()],
    ['drop', (users) => users.drop()],
    ['rename', (users) => users.rename('others')],
    ['initializeOrderedBulkOp', (users) => users.initializeOrderedBulkOp().find({}).delete()],
    ['aggregate', (users) => users.aggregate([{ $out: 'others' }]).toArray()],
    ['aggregate', (users) => users.aggregate([{ $merge: { into: 'others' } }]).toArray()],
    ['aggregate', (users) => users.aggregate().match({}).out('others').toArray()],
    ['aggregate', (users) => users.aggregate().addStage({ $merge: 'others' }).toArray()],
    ['dropDatabase', (_, db) => db.dropDatabase()],
    ['createCollection', (_, db) => db.createCollection('others')],
    ['createIndex', (_, db) => db.createIndex('users', { a: 1 })],
    ['dropCollection', (_, db) => db.dropCollection('users')],
    ['renameCollection', (_, db) => db.renameCollection('users', 'others')],
    ['admin', (_, db) => db.admin().command({ ping: 1 })],
    ['insert', (_, db) => db.command({ insert: 'users', documents: [{}] })],
    ['aggregate', (_, db) => db.command({ aggregate: 'users', pipeline: [{ $out: 'others' }], cursor: {} })],
    ['drop', (_, db) => db.command({ drop: 'users' })],
    ['runCursorCommand', (_, db) => db.runCursorCommand({ find: 'users' }).toArray()],
    ['insertOne', async (_, db) => (await db.collections())[0]?.insertOne({})],
  ]
  test.each(writes)('refuses %s, and tells it', async (name, write) => {
    const before = await database.content()
    const { db, users, refused } = open()
    await expect((async () => write(users, db))()).rejects.toMatchObject({ name: 'WriteRefused' })
    expect(refused).toHaveLength(1)
    expect(refused[0]?.would).toContain(name)
    expect(refused[0]?.count).toBe(name === 'updateMany' || name === 'deleteMany' ? 2 : null)
    expect(await database.content()).toEqual(before)
  })

  test('gives away nothing that leads around it', () => {
    const { db, users } = open()
    expect([
      Reflect.get(db, 'client'),
      Reflect.get(db, 's'),
      Reflect.get(users, 's'),
      Reflect.get(users, 'client'),
      Reflect.get(users, 'db'),
    ]).toEqual(Array.from({ length: 5 }, () => undefined))
  })

  test('does not end a process whose code does not wait for its write', async () => {
    const { users, refused } = open()
    void users.insertOne({})
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(refused).toHaveLength(1)
  })
})
