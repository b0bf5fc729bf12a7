import { describe, expect, test } from 'vitest'
import { migrateTarget, previewTarget, revertTarget } from '../../src/migrator/kernel/run-target.js'
import type { MongoDb } from '../../src/mongo/driver.js'
import { planIndexSync } from '../../src/mongo/migrator/indexes/plan-index-sync.js'
import type { CollectionMigration } from '../../src/mongo/migrator/migration.js'
import { mongoMigrations } from '../../src/mongo/migrator/runnable.js'
import { requireDatabaseName, requireTenantDatabase } from '../../src/platform/mongo/database-name.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { emptyDatabase, migration, run } from './migration-runs.js'

const index = (fields: object) => ({ indexes: [{ key: { a: 1 }, options: { name: 'idx_a' }, ...fields }] })

test.each<[string, object | null]>([
  ['migrations[0]: must be a migration', null],
  ["migrations[0].collectionName: must be a collection's name of at most", { collectionName: 'system.users' }],
  ['migrations[0].name: must be a text', { name: '' }],
  ['migrations[0].description: must be a text', { description: 7 }],
  ["migrations[0].version: must be a text of letters and digits: '002'", { version: 2 }],
  ['migrations[0].isPublic: must be true or false', { isPublic: 'yes' }],
  ['migrations[0].isTenant: must be true or false', { isTenant: 1 }],
  ['migrations[0].isTenant: or isPublic must be true: it would never be run', { isPublic: false, isTenant: false }],
  ['migrations[0].revision: must be a whole number', { revision: 1.5 }],
  ['migrations[0].owner: must be a name of letters and digits', { owner: 'a b' }],
  ['migrations[0].up: must be a function', { up: 'up' }],
  ['migrations[0].down: must be a function', { down: 'down' }],
  ['migrations[0].indexes: must be an array', { indexes: {} }],
  ['migrations[0].collectionOptions: must be the options of createCollection', { collectionOptions: [] }],
  ['migrations[0].drop: must be a list of the names of indexes', { drop: ['', 'idx_a'] }],
  ['migrations[0].indexes[0].key: must name fields', index({ key: {} })],
  ['migrations[0].indexes[0].options.name: must be a name of its own', index({ options: { name: '_id_' } })],
  ['migrations[0].indexes[0].options.name: must have at most', index({ options: { name: 'x'.repeat(200) } })],
  ["migrations[0].indexes[0].indexSet: must be 'platform' or left out", index({ indexSet: 'store' })],
])('a registry says: %s', (words, fields) => {
  const given = fields === null ? null : { ...migration({}), ...fields }
  expect(() => mongoMigrations([given as CollectionMigration])).toThrow(words)
})

test.each([
  ['', 'must be the name of a database'],
  ['x'.repeat(70), 'must have at most'],
  ['acme/../other', 'must have no blanks, control characters, or any of / \\ . " $ * < > : | ?'],
  ['admin', "must not be one of the server's own"],
])('the name %j of a database is refused', (name, words) => {
  expect(() => requireDatabaseName(name, 'publicDatabase')).toThrow(`publicDatabase: ${words}`)
})

test("a tenant's database is not the public one, in whatever letters", () => {
  expect(() => requireTenantDatabase('Chat_Public', 'chat_public')).toThrow("database: must not be the public database's")
})

describe.skipIf(isServerAbsent('mongoReplicaSet'))('on MongoDB', () => {
  const opened = () => emptyDatabase(serverUrl('mongoReplicaSet'))

  test('a migration without a way back says what it needs', async () => {
    await using database = await opened()
    const target = database.target([migration({ async up() {} })])
    await migrateTarget(target, run())
    await expect(revertTarget(target, run(), { to: null })).rejects.toThrow(
      "UNSUPPORTED: down needs a `down` in users@001: without one it can't be undone",
    )
  })

  test('a dry run tells an index that is there in another form, and what replaces it', async () => {
    await using database = await opened()
    await database.db.collection('users').createIndex({ a: 1 }, { name: 'idx_a', sparse: true })
    const target = database.target([migration({ indexes: [{ key: { a: 1 }, options: { name: 'idx_a', unique: true } }] })])
    const [preview] = await previewTarget(target, run())
    expect(preview?.steps[0]?.obstacles).toContain('idx_a is there in another form: sync:indexes replaces it')
  })

  test('a dry run tells what its code throws', async () => {
    await using database = await opened()
    const code = migration({
      async up() {
        throw new Error('no Lan at mongodb://u:secret@db/chat')
      },
    })
    const previews = await previewTarget(database.target([code]), run())
    expect(previews.flatMap(({ steps }) => steps.flatMap(({ obstacles }) => obstacles))).toEqual([
      'users@001 fails: no Lan at mongodb://***@db/chat',
    ])
  })

  test('a failure of the server is told by its name and code, without its message', async () => {
    await using database = await opened()
    const code = migration({
      async up(db, collectionName) {
        await db.collection(collectionName).insertOne({ _id: 'lan' as never })
        await db.collection(collectionName).insertOne({ _id: 'lan' as never })
      },
    })
    await expect(migrateTarget(database.target([code]), run())).rejects.toThrow(
      /^MIGRATION_FAILED: users@001 failed on \w+ at the step up: the server answered (DuplicateKey|an error) \(11000\); mend it/,
    )
  })

  test('a dry run says that there was no time to look for duplicates', async () => {
    await using database = await opened()
    await database.db.collection('users').insertOne({ a: 1 })
    const late = Object.assign(new Error('time is over'), { code: 50 })
    const slow: MongoDb = new Proxy(database.db as unknown as MongoDb, {
      get(db, name) {
        const member: unknown = Reflect.get(db, name, db)
        const tooLate = () => ({ toArray: () => Promise.reject(late) })
        if (name === 'collection') return () => ({ find: tooLate, aggregate: tooLate })
        return typeof member === 'function' ? member.bind(db) : member
      },
    })
    const declared = { collection: 'users', key: { a: 1 }, options: { name: 'idx_a', unique: true } }
    const [action] = await planIndexSync(slow, [declared], { indexSet: null, prune: false, collection: null })
    expect(action?.obstacles).toEqual(['whether idx_a would find duplicates was not to be seen in time'])
  })

  test('two passes of one name are refused by the field', async () => {
    await using database = await opened()
    const code = migration({
      async up(_db, _collection, { batch }) {
        for (let time = 0; time < 2; time++) await batch({}, async () => {})
      },
    })
    await expect(migrateTarget(database.target([code]), run())).rejects.toThrow('name: must be another for each pass')
  })
})
