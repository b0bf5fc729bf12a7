import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConversationStoreError } from '../../src/index.js'
import type { CollectionIndex } from '../../src/mongo/migrator/indexes/declared-index.js'
import { explainRefusal } from '../../src/mongo/migrator/indexes/explain-refusal.js'
import { findDuplicates } from '../../src/mongo/migrator/indexes/find-duplicates.js'
import { createDeclaredIndexes } from '../../src/mongo/migrator/indexes/index-commands.js'
import { readShardKeys, restsOnIt } from '../../src/mongo/migrator/indexes/shard-key.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { failPointTurn } from './fail-point-turn.js'
import { declare, type IndexDatabase, openIndexDatabase } from './index-database.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('what keeps an index of MongoDB from being made', () => {
  let database: IndexDatabase
  beforeEach(async () => {
    database = await openIndexDatabase()
  })
  afterEach(() => database[Symbol.asyncDispose]())

  const refusal = async (...indexes: readonly CollectionIndex[]): Promise<{ serverCode: unknown; error: ConversationStoreError }> => {
    const error: unknown = await createDeclaredIndexes(database.db, 'people', indexes).catch((thrown: unknown) => thrown)
    return { serverCode: Reflect.get(Reflect.get(error as object, 'cause') as object, 'code'), error: error as ConversationStoreError }
  }
  const inDatabase = () => ({ database: database.db.databaseName, collection: 'people' })

  test('85: the same key with other options, which are named', async () => {
    await database.people.createIndex({ a: 1 }, { expireAfterSeconds: 60 })
    const { serverCode, error } = await refusal(declare('idx_b', { b: 1 }), declare('idx_a', { a: 1 }, { expireAfterSeconds: 90 }))
    expect(serverCode).toBe(85)
    const differences = ['expireAfterSeconds: declared 90, found 60']
    expect(error).toMatchObject({ code: 'INDEX_CONFLICT', details: { ...inDatabase(), index: 'idx_a', found: 'a_1', differences } })
  })

  test('86: another index under the name', async () => {
    await database.people.createIndex({ b: 1 }, { name: 'idx_a', sparse: true })
    const { serverCode, error } = await refusal(declare('idx_a', { a: 1 }, { unique: true }))
    expect(serverCode).toBe(86)
    expect(error).toMatchObject({ code: 'INDEX_CONFLICT', details: { index: 'idx_a', found: 'idx_a' } })
    const { differences } = error.details as Extract<ConversationStoreError['details'], { differences: unknown }>
    expect([...differences].sort()).toEqual([
      'key: declared { a: 1 }, found { b: 1 }',
      'sparse: declared false, found true',
      'unique: declared true, found false',
    ])
  })

  test('67: a second text index', async () => {
    await database.people.createIndex({ a: 'text' })
    const { serverCode, error } = await refusal(declare('idx_text', { c: 1, b: 'text' }))
    expect(serverCode).toBe(67)
    expect(error).toMatchObject({ code: 'INDEX_CONFLICT', details: { found: 'a_text' } })
  })

  test('is none where the same is there under another name, and the others are made', async () => {
    await database.people.createIndex({ a: 1 }, { unique: true })
    await createDeclaredIndexes(database.db, 'people', [declare('idx_a', { a: 1 }, { unique: true }), declare('idx_b', { b: 1 })])
    expect((await database.people.listIndexes().toArray()).map(({ name }) => name)).toEqual(['_id_', 'a_1', 'idx_b'])
  })

  test('11000: at most twenty groups, the largest first, with the counts of all and a query that lists them', async () => {
    const documents = Array.from({ length: 30 }, (_, group) =>
      Array.from({ length: group + 2 }, () => ({ a: { of: `secret ${group}` }, b: 1 })),
    )
    await database.people.insertMany([...documents.flat(), { a: { of: 'alone' }, b: 1 }])
    const { serverCode, error } = await refusal(declare('idx', { c: 1 }), declare('idx_a', { 'a.of': 1, b: 1 }, { unique: true }))
    expect(serverCode).toBe(11000)
    expect(error.code).toBe('DUPLICATE_KEYS')
    const details = error.details as Extract<ConversationStoreError['details'], { groups: unknown }>
    expect(details).toMatchObject({ ...inDatabase(), index: 'idx_a', fields: ['a.of', 'b'], totalGroups: 30, totalDocuments: 495 })
    expect(details.groups).toEqual(
      Array.from({ length: 20 }, (_, place) => ({ key: { 'a.of': `secret ${29 - place}`, b: 1 }, count: 31 - place })),
    )
    // The duplicated values appear only in the details.
    expect(error.message).not.toContain('secret')
    expect(error.message).toContain('idx_a')
    expect(await run(details.query)).toHaveLength(30)
  })

  /**
   * Runs the text of a query for the shell. The text is JavaScript, and needs only the parts of the shell that are
   * given here.
   */
  const run = async (query: string): Promise<unknown[]> => {
    const shell = { getCollection: (name: string) => database.db.collection(name) }
    const call = new Function('db', 'ISODate', `return ${query}`) as (
      db: object,
      date: (text: string) => Date,
    ) => { toArray(): Promise<unknown[]> }
    return call(shell, (text) => new Date(text)).toArray()
  }

  test.each<[string, Record<string, unknown>[], CollectionIndex, unknown]>([
    [
      'the condition',
      [{ a: 1 }, { a: 1, at: new Date(5) }, { a: 1, at: new Date(6) }],
      declare('i', { a: 1 }, { partialFilterExpression: { at: { $gt: new Date(1) } } }),
      [{ key: { a: 1 }, count: 2 }],
    ],
    ['that a missing field is null', [{ a: null }, { b: 1 }], declare('i', { a: 1 }), [{ key: { a: null }, count: 2 }]],
    ['that a sparse one leaves it out', [{ b: 1 }, { b: 1 }], declare('i', { a: 1 }, { sparse: true }), null],
    ['that a list has many keys', [{ a: [1, 2] }, { a: 2 }, { a: [3, 3] }], declare('i', { a: 1 }), [{ key: { a: 2 }, count: 2 }]],
    [
      'lists on the way to a field',
      [{ a: [{ b: 1 }, { b: 2 }] }, { a: { b: 1 } }],
      declare('i', { 'a.b': 1 }),
      [{ key: { 'a.b': 1 }, count: 2 }],
    ],
    [
      'the pairs of a list',
      [
        {
          a: [
            { b: 1, c: 1 },
            { b: 2, c: 2 },
          ],
        },
        { a: [{ b: 1, c: 2 }] },
      ],
      declare('i', { 'a.b': 1, 'a.c': 1 }),
      null,
    ],
    [
      'the collation',
      [{ a: 'Lan' }, { a: 'lan' }],
      declare('i', { a: 1 }, { collation: { locale: 'en', strength: 2 } }),
      [{ key: { a: expect.stringMatching(/lan/i) }, count: 2 }],
    ],
    ['nothing where all differ', [{ a: 1 }, { a: 2 }], declare('i', { a: 1 }), null],
  ])('is looked for as the index would see it: %s', async (_, documents, index, groups) => {
    await database.people.insertMany(documents)
    const unique = { ...index, options: { ...index.options, unique: true } }
    const found = await findDuplicates(database.db, 'people', unique)
    expect(found?.groups ?? null).toEqual(groups)
    // The server finds the same duplicates.
    const made = createDeclaredIndexes(database.db, 'people', [unique])
    if (groups === null) await made
    else {
      await expect(made).rejects.toMatchObject({ code: 'DUPLICATE_KEYS', details: { groups } })
      expect(await run(found?.query ?? '')).toHaveLength(1)
    }
  })

  test('is told with what the server names where it takes too long to look for all', { timeout: 5 * 60_000 }, async () => {
    await using _turn = await failPointTurn(serverUrl('mongoReplicaSet'))
    await database.people.insertMany([{ a: 1 }, { a: 1 }])
    const index = declare('idx_a', { a: 1 }, { unique: true })
    const refused: unknown = await database.people.createIndex({ a: 1 }, { name: 'idx_a', unique: true }).catch((error: unknown) => error)
    await database.client.db('admin').command({
      configureFailPoint: 'failCommand',
      mode: 'alwaysOn',
      data: { appName: database.client.options.appName, failCommands: ['find', 'aggregate'], errorCode: 50 },
    })
    const explained = await explainRefusal(database.db, 'people', [index], refused)
    await database.client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' })
    expect(explained).toMatchObject({
      code: 'DUPLICATE_KEYS',
      details: { groups: [{ key: { a: 1 }, count: 2 }], totalGroups: 1, totalDocuments: 2 },
    })
  })

  test('is not known of another error, nor where it is gone', async () => {
    const gone = Object.assign(new Error('index: idx_a dup key'), { code: 11000 })
    const index = declare('idx_a', { a: 1 }, { unique: true })
    expect(await explainRefusal(database.db, 'people', [index], gone)).toBeNull()
    expect(await explainRefusal(database.db, 'people', [index], Object.assign(new Error(), { code: 85 }))).toBeNull()
    expect(await explainRefusal(database.db, 'people', [index], new Error('the network'))).toBeNull()
  })

  test('is not asked of what a shard key rests on: that is never dropped', async () => {
    expect(await readShardKeys(database.db)).toEqual(new Map())
    // This imitates the router of a sharded cluster, as far as the library asks it anything.
    const sharded = (config: () => Promise<object[]>) => ({
      databaseName: 'chat',
      command: async () => ({ msg: 'isdbgrid' }),
      client: { db: () => ({ collection: () => ({ find: () => ({ toArray: config }) }) }) },
    })
    const keys = await readShardKeys(sharded(async () => [{ _id: 'chat.people', key: { accountId: 1, _id: 1 } }]) as never)
    const index = (...fields: string[]) => ({ name: 'idx', key: Object.fromEntries(fields.map((field) => [field, 1])) })
    expect(restsOnIt(keys, 'people', index('accountId', '_id', 'a'))).toBe('idx is what the shard key rests on')
    expect(restsOnIt(keys, 'people', index('accountId', 'a'))).toBeNull()
    expect(restsOnIt(keys, 'guests', index('accountId', '_id'))).toBeNull()
    const unread = await readShardKeys(sharded(() => Promise.reject(new Error('not authorized'))) as never)
    expect(restsOnIt(unread, 'people', index('a'))).toContain('may not read')
  })
})
