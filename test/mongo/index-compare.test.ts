import { Double, Int32, Long } from 'mongodb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { compareIndexes } from '../../src/mongo/migrator/indexes/compare-indexes.js'
import type { DeclaredIndex } from '../../src/mongo/migrator/indexes/declared-index.js'
import { isServerAbsent } from '../contract/server.js'
import { declare, type IndexDatabase, openIndexDatabase } from './index-database.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the indexes of a MongoDB database beside the declared ones', () => {
  let database: IndexDatabase
  beforeEach(async () => {
    database = await openIndexDatabase()
  })
  afterEach(() => database[Symbol.asyncDispose]())

  const verdicts = async (...declared: readonly DeclaredIndex[]) =>
    (await compareIndexes(database.db, declared)).map(({ index, verdict, found, differences }) => [index, verdict, found, differences])

  test('are equal, missing or unmanaged, and the index of the ids is nobody’s', async () => {
    await database.people.createIndex({ a: 1 }, { name: 'idx_a', unique: true })
    await database.people.createIndex({ z: 1 })
    expect(await verdicts(declare('idx_a', { a: 1 }, { unique: true }), declare('idx_b', { b: 1 }))).toEqual([
      ['idx_a', 'equal', 'idx_a', []],
      ['idx_b', 'missing', null, []],
      ['z_1', 'unmanaged', 'z_1', []],
    ])
  })

  test('are renamed where the same is there under another name, two that have changed their names too', async () => {
    await database.people.createIndex({ a: 1, b: -1 }, { name: 'a_by_b' })
    await database.people.createIndex({ c: 1 }, { name: 'idx_d' })
    await database.people.createIndex({ d: 1 }, { name: 'idx_c' })
    expect(await verdicts(declare('idx_ab', { a: 1, b: -1 }), declare('idx_c', { c: 1 }), declare('idx_d', { d: 1 }))).toEqual([
      ['idx_ab', 'renamed', 'a_by_b', []],
      ['idx_c', 'renamed', 'idx_d', []],
      ['idx_d', 'renamed', 'idx_c', []],
    ])
  })

  test('differ in fields that are named, in the order of the key too', async () => {
    await database.people.createIndex(
      { a: 1 },
      { name: 'idx_a', sparse: true, expireAfterSeconds: 60, hidden: true, collation: { locale: 'en', strength: 2 } },
    )
    await database.people.createIndex({ c: 1, b: 1 }, { name: 'idx_bc' })
    const found = await verdicts(
      declare('idx_a', { a: 1 }, { unique: true, partialFilterExpression: { a: { $exists: true } } }),
      declare('idx_bc', { b: 1, c: 1 }),
    )
    expect(found.map(([index, verdict]) => [index, verdict])).toEqual([
      ['idx_a', 'differs'],
      ['idx_bc', 'differs'],
    ])
    const [inOptions, inKey] = found.map(([, , , differences]) => [...(differences as string[])].sort())
    expect(inOptions).toEqual([
      expect.stringMatching(/^collation: declared none, found \{ locale: "en"/),
      'expireAfterSeconds: declared none, found 60',
      'hidden: declared false, found true',
      'partialFilterExpression: declared { a: { $exists: true } }, found none',
      'sparse: declared false, found true',
      'unique: declared true, found false',
    ])
    expect(inKey).toEqual(['key: declared { b: 1, c: 1 }, found { c: 1, b: 1 }'])
  })

  test('reuse the key where a stranger stands on it with other options', async () => {
    await database.people.createIndex({ a: 1 })
    expect(await verdicts(declare('idx_a', { a: 1 }, { unique: true }))).toEqual([
      ['idx_a', 'key-reused', 'a_1', ['unique: declared true, found false']],
    ])
  })

  test('are building while somebody makes them', async () => {
    const { client, people } = database
    await people.insertOne({ a: 1 })
    const failPoint = { configureFailPoint: 'hangAfterStartingIndexBuild' }
    await client.db('admin').command({ ...failPoint, mode: 'alwaysOn' })
    const made = people.createIndex({ a: 1 }, { name: 'idx_a' })
    try {
      await expect.poll(() => verdicts(declare('idx_a', { a: 1 })), { timeout: 10_000 }).toEqual([['idx_a', 'building', 'idx_a', []]])
    } finally {
      await client.db('admin').command({ ...failPoint, mode: 'off' })
    }
    await made
    expect(await verdicts(declare('idx_a', { a: 1 }))).toEqual([['idx_a', 'equal', 'idx_a', []]])
  })

  test('that prepare to be unique are told', async () => {
    await database.people.createIndex({ a: 1 }, { name: 'idx_a' })
    await database.db.command({ collMod: 'people', index: { name: 'idx_a', prepareUnique: true } })
    expect(await verdicts(declare('idx_a', { a: 1 }))).toEqual([
      ['idx_a', 'differs', 'idx_a', ['prepareUnique: declared false, found true']],
    ])
  })

  test.each<[string, DeclaredIndex, DeclaredIndex]>([
    [
      'numbers of another type',
      declare('i', { a: new Int32(1), b: new Double(-1) }, { expireAfterSeconds: undefined as never }),
      declare('i', { a: 1, b: Long.fromNumber(-1) }),
    ],
    [
      'a time to live as a long',
      declare('i', { a: 1 }, { expireAfterSeconds: 60 }),
      declare('i', { a: 1 }, { expireAfterSeconds: Long.fromNumber(60) as never }),
    ],
    [
      'options that are off',
      declare('i', { a: 1 }),
      declare('i', { a: 1 }, { unique: false, sparse: false, hidden: false, background: true, v: 2 }),
    ],
    [
      'a condition in another order and form',
      declare('i', { a: 1 }, { partialFilterExpression: { $and: [{ a: { $eq: 1 } }, { b: { $gt: 2, $exists: 1 } }], c: { $type: 2 } } }),
      declare('i', { a: 1 }, { partialFilterExpression: { c: { $type: 'string' }, b: { $exists: true, $gt: new Int32(2) }, a: 1 } }),
    ],
    [
      'a collation that leaves out what is the default',
      declare('i', { a: 1 }, { collation: { locale: 'en', strength: 2 } }),
      declare('i', { a: 1 }, { collation: { strength: new Int32(2), locale: 'en', caseLevel: false } }),
    ],
    [
      'a collation whose language has another default',
      declare('i', { a: 1 }, { collation: { locale: 'fr_CA' } }),
      declare('i', { a: 1 }, { collation: { locale: 'fr_CA' } }),
    ],
    ['the simple collation', declare('i', { a: 1 }), declare('i', { a: 1 }, { collation: { locale: 'simple' } })],
    [
      'a text index',
      declare('i', { a: 1, b: 'text', c: 'text', d: -1 }, { weights: { c: 3 } }),
      declare('i', { a: 1, c: 'text', b: 'text', d: -1 }, { weights: { c: 3, b: 1 }, default_language: 'english' }),
    ],
    ['a place on the globe', declare('i', { a: '2dsphere' }), declare('i', { a: '2dsphere' })],
    ['a place on a plane', declare('i', { a: '2d' }, { bits: 30 }), declare('i', { a: '2d' }, { bits: new Int32(30) })],
    ['a hash', declare('i', { a: 'hashed' }), declare('i', { a: 'hashed' })],
    [
      'a wildcard',
      declare('i', { '$**': 1 }, { wildcardProjection: { a: 1, b: { c: true } } }),
      declare('i', { '$**': 1 }, { wildcardProjection: { 'b.c': 1, a: true } }),
    ],
  ])('are equal, and to the server too: %s', async (_, made, declared) => {
    const create = ({ key, options }: DeclaredIndex) =>
      database.db.command({
        createIndexes: 'people',
        indexes: [{ key, ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) }],
      })
    await create(made)
    expect(await verdicts(declared)).toEqual([['i', 'equal', 'i', []]])
    expect(await create(declared)).toMatchObject({ note: 'all indexes already exist' })
  })

  test.each<[string, DeclaredIndex, DeclaredIndex]>([
    [
      'a condition on another value',
      declare('i', { a: 1 }, { partialFilterExpression: { a: 1 } }),
      declare('i', { a: 1 }, { partialFilterExpression: { a: '1' } }),
    ],
    [
      'a date instead of its text',
      declare('i', { a: 1 }, { partialFilterExpression: { a: { $gt: new Date(0) } } }),
      declare('i', { a: 1 }, { partialFilterExpression: { a: { $gt: new Date(0).toISOString() } } }),
    ],
    ['weights', declare('i', { a: 'text' }), declare('i', { a: 'text' }, { weights: { a: 2 } })],
    ['a direction', declare('i', { a: 1 }), declare('i', { a: -1 })],
    ['numeric fields in another order', declare('i', { a: 1, b: 1 }), declare('i', { b: 1, a: 1 })],
  ])('differ: %s', async (_, made, declared) => {
    await database.db.command({ createIndexes: 'people', indexes: [{ key: made.key, ...made.options }] })
    expect(await verdicts(declared)).toMatchObject([['i', 'differs', 'i', [expect.stringContaining('declared')]]])
  })

  test('have the collation of their collection where they name none', async () => {
    await database.db.createCollection('guests', { collation: { locale: 'en', strength: 2 } })
    await database.db.collection('guests').createIndex({ a: 1 }, { name: 'idx_a' })
    await database.db.collection('guests').createIndex({ b: 1 }, { name: 'idx_b', collation: { locale: 'simple' } })
    const guests = (name: string, options = {}) => ({
      ...declare(name, name === 'idx_a' ? { a: 1 } : { b: 1 }, options),
      collection: 'guests',
    })
    expect(await verdicts(guests('idx_a'), guests('idx_b', { collation: { locale: 'simple' } }))).toMatchObject([
      ['idx_a', 'equal', 'idx_a', []],
      ['idx_b', 'equal', 'idx_b', []],
    ])
    expect((await verdicts(guests('idx_b'))).map(([index, verdict]) => [index, verdict])).toEqual([
      ['idx_b', 'differs'],
      ['idx_a', 'unmanaged'],
    ])
  })

  test('of a view, a missing, a capped and a time series collection are told', async () => {
    const { db } = database
    await db.createCollection('seen', { viewOn: 'people', pipeline: [] })
    await db.createCollection('ring', { capped: true, size: 4096 })
    await db.createCollection('series', { timeseries: { timeField: 'at', metaField: 'of' } })
    await db.collection('series').createIndex({ of: 1, at: -1 }, { name: 'idx_of' })
    await db.collection('ring').createIndex({ a: 1 }, { name: 'idx_a' })
    const on = (collection: string, name: string, key: DeclaredIndex['key']) => ({ ...declare(name, key), collection })
    expect(
      await verdicts(
        on('seen', 'idx_a', { a: 1 }),
        on('none', 'idx_a', { a: 1 }),
        on('ring', 'idx_a', { a: 1 }),
        on('series', 'idx_of', { of: 1, at: -1 }),
      ),
    ).toEqual([
      ['idx_a', 'missing', null, ['seen is a view, which can have no index']],
      ['idx_a', 'missing', null, []],
      ['idx_a', 'equal', 'idx_a', []],
      ['idx_of', 'equal', 'idx_of', []],
    ])
  })

  test('of the platform are not missing where the store’s alone are asked for, and never unmanaged', async () => {
    const platform = { ...declare('idx_b', { b: 1 }), indexSet: 'platform' as const }
    const compare = () => compareIndexes(database.db, [declare('idx_a', { a: 1 }), platform], 'store')
    expect(await compare()).toMatchObject([{ index: 'idx_a', verdict: 'missing' }])
    await database.people.createIndex({ b: 1 }, { name: 'idx_b' })
    expect(await compare()).toMatchObject([
      { index: 'idx_a', verdict: 'missing' },
      { index: 'idx_b', verdict: 'equal' },
    ])
  })
})
