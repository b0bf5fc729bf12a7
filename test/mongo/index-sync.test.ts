import type { CommandStartedEvent } from 'mongodb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { IndexSyncOptions } from '../../src/migrator/kernel/index-findings.js'
import { compareIndexes } from '../../src/mongo/migrator/indexes/compare-indexes.js'
import type { DeclaredIndex } from '../../src/mongo/migrator/indexes/declared-index.js'
import { planIndexSync } from '../../src/mongo/migrator/indexes/plan-index-sync.js'
import { syncIndexes } from '../../src/mongo/migrator/indexes/sync-indexes.js'
import { isServerAbsent } from '../contract/server.js'
import { declare, type IndexDatabase, openIndexDatabase } from './index-database.js'

const all: IndexSyncOptions = { indexSet: 'platform', prune: false, collection: null }
const pruned: IndexSyncOptions = { indexSet: 'platform', prune: true, collection: null }

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a sync of the indexes of a MongoDB database', () => {
  let database: IndexDatabase
  beforeEach(async () => {
    database = await openIndexDatabase()
  })
  afterEach(() => database[Symbol.asyncDispose]())

  const names = async () => (await database.people.listIndexes().toArray()).map(({ name }) => name)
  const verdicts = async (declared: readonly DeclaredIndex[]) =>
    (await compareIndexes(database.db, declared)).map(({ index, verdict, found }) => [index, verdict, found])
  const commandsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
    const commands: string[] = []
    const note = ({ commandName }: CommandStartedEvent) => commands.push(commandName)
    database.client.on('commandStarted', note)
    await work().finally(() => database.client.off('commandStarted', note))
    return commands
  }
  /** Syncs, and asks that a second sync and a plan find nothing to do. */
  const sync = async (declared: readonly DeclaredIndex[], options = all, onCommand: () => Promise<void> = async () => {}) => {
    const actions = await syncIndexes(database.db, declared, options, { beforeCommand: onCommand })
    const commands = await commandsOf(async () => {
      expect(await syncIndexes(database.db, declared, options)).toEqual([])
      expect(await planIndexSync(database.db, declared, options)).toEqual([])
    })
    expect(commands.filter((name) => !['listCollections', 'listIndexes', 'hello'].includes(name))).toEqual([])
    return actions
  }

  test('makes what is missing under the declared name, and says so before without doing it', async () => {
    const declared = [declare('idx_a', { a: 1 }, { unique: true }), declare('idx_b', { b: 1, c: -1 })]
    const commands = await commandsOf(async () => {
      const would = (name: string, key: string, options: string) => ({
        collection: 'people',
        index: name,
        action: 'create',
        would: [`db.getCollection("people").createIndex(${key}, ${options})`],
        obstacles: [],
      })
      expect(await planIndexSync(database.db, declared, all)).toEqual([
        would('idx_a', '{ a: 1 }', '{ name: "idx_a", unique: true }'),
        would('idx_b', '{ b: 1, c: -1 }', '{ name: "idx_b" }'),
      ])
    })
    expect([...new Set(commands)].sort()).toEqual(['aggregate', 'find', 'listCollections', 'listIndexes'])
    expect(await names()).toEqual(['_id_'])
    expect(await sync(declared)).toMatchObject([{ action: 'create' }, { action: 'create' }])
    expect(await names()).toEqual(['_id_', 'idx_a', 'idx_b'])
  })

  test('makes a collection that is not there with its index', async () => {
    expect(await sync([{ ...declare('idx_a', { a: 1 }), collection: 'guests' }])).toMatchObject([{ action: 'create' }])
    expect(await database.db.collection('guests').indexExists('idx_a')).toBe(true)
  })

  test('accepts what is there under another name', async () => {
    await database.people.createIndex({ a: 1 }, { unique: true })
    expect(await sync([declare('idx_a', { a: 1 }, { unique: true })])).toEqual([])
    expect(await names()).toEqual(['_id_', 'a_1'])
  })

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['when documents die', { expireAfterSeconds: 60 }, { expireAfterSeconds: 3600 }],
    ['that documents die', {}, { expireAfterSeconds: 3600 }],
    ['that it is hidden', { hidden: true }, {}],
    ['that it is seen', {}, { hidden: true }],
    ['two things at once', { hidden: true, expireAfterSeconds: 60 }, { expireAfterSeconds: 61 }],
  ])('changes in place: %s', async (_, made, declaredOptions) => {
    await database.people.createIndex({ at: 1 }, { name: 'idx_at', ...made })
    const declared = [declare('idx_at', { at: 1 }, declaredOptions)]
    const commands = await commandsOf(() => syncIndexes(database.db, declared, all))
    expect(commands.filter((name) => !name.startsWith('list'))).toEqual(['collMod'])
    expect(await sync(declared)).toEqual([])
    expect(await verdicts(declared)).toEqual([['idx_at', 'equal', 'idx_at']])
  })

  test('ends that an index prepares to be unique', async () => {
    await database.people.createIndex({ at: 1 }, { name: 'idx_at' })
    await database.db.command({ collMod: 'people', index: { name: 'idx_at', prepareUnique: true } })
    expect(await sync([declare('idx_at', { at: 1 })])).toMatchObject([{ action: 'change' }])
  })

  test('looks at one collection alone where it is asked to', async () => {
    const elsewhere = { ...declare('idx_b', { b: 1 }), collection: 'guests' }
    expect(await sync([declare('idx_a', { a: 1 }), elsewhere], { ...all, collection: 'guests' })).toMatchObject([{ index: 'idx_b' }])
    expect(await names()).toEqual(['_id_'])
  })

  test('changes a stranger on the same key in place where the server takes no second one', async () => {
    await database.people.createIndex({ at: 1 })
    const declared = [declare('idx_at', { at: 1 }, { expireAfterSeconds: 60 })]
    expect(await sync(declared)).toMatchObject([{ action: 'change' }])
    expect(await verdicts(declared)).toEqual([['idx_at', 'renamed', 'at_1']])
  })

  test('makes one beside a stranger on the same key, which stays', async () => {
    await database.people.createIndex({ a: 1 })
    expect(await sync([declare('idx_a', { a: 1 }, { unique: true })])).toMatchObject([{ action: 'create' }])
    expect(await names()).toEqual(['_id_', 'a_1', 'idx_a'])
  })

  const refusedInsert = async (document: Record<string, unknown>) => {
    const outcome = await database.people.insertOne(document).then(
      () => 'inserted',
      (error: { code?: unknown }) => error.code,
    )
    expect(outcome).toBe(11000)
  }

  test('replaces by a new name, looks at it, and drops the old one only then: the old constraint holds at every moment', async () => {
    await database.people.createIndex({ a: 1 }, { name: 'idx_a', unique: true })
    await database.people.insertOne({ a: 1, active: true })
    const declared = [declare('idx_a', { a: 1 }, { unique: true, partialFilterExpression: { active: true } })]
    let moments = 0
    const actions = await sync(declared, all, async () => {
      moments += 1
      await refusedInsert({ a: 1, active: true })
    })
    expect(actions).toMatchObject([
      {
        action: 'replace',
        would: [
          'db.getCollection("people").createIndex({ a: 1 }, { name: "idx_a__2", unique: true, partialFilterExpression: { active: true } })',
          'db.getCollection("people").getIndexes()',
          'db.getCollection("people").dropIndex("idx_a")',
        ],
      },
    ])
    expect(moments).toBe(3)
    await refusedInsert({ a: 1, active: true })
    await database.people.insertOne({ a: 1 })
    expect(await verdicts(declared)).toEqual([['idx_a', 'renamed', 'idx_a__2']])
  })

  test('goes back to the declared name when the declaration changes again', async () => {
    await database.people.createIndex({ a: 1 }, { name: 'idx_a' })
    await sync([declare('idx_a', { a: 1 }, { sparse: true })])
    expect(await names()).toEqual(['_id_', 'idx_a__2'])
    expect(await sync([declare('idx_a', { a: 1, b: 1 })])).toMatchObject([{ action: 'replace' }])
    expect(await names()).toEqual(['_id_', 'idx_a'])
  })

  test('ends what a run that died has begun', async () => {
    await database.people.createIndex({ a: 1 }, { name: 'idx_a' })
    await database.people.createIndex({ a: 1 }, { name: 'idx_a__2', unique: true })
    const declared = [declare('idx_a', { a: 1 }, { unique: true })]
    expect(await verdicts(declared)).toEqual([['idx_a', 'differs', 'idx_a']])
    expect(await sync(declared)).toMatchObject([{ action: 'replace' }])
    expect(await verdicts(declared)).toEqual([['idx_a', 'renamed', 'idx_a__2']])
  })

  test('makes one anew in its place where the server takes no second, and another holds the constraint meanwhile', async () => {
    await database.people.createIndex({ at: 1 }, { name: 'idx_at', unique: true, expireAfterSeconds: 100_000 })
    const at = new Date()
    await database.people.insertOne({ at })
    const declared = [declare('idx_at', { at: 1 }, { unique: true })]
    const actions = await sync(declared, all, () => refusedInsert({ at }))
    expect(actions).toMatchObject([{ action: 'replace', would: { length: 6 } }])
    await refusedInsert({ at })
    expect(await verdicts(declared)).toEqual([['idx_at', 'equal', 'idx_at']])
    expect(await names()).toEqual(['_id_', 'idx_at'])
  })

  test('of which any command is the last one ends in the same indexes when it is run again', async () => {
    const declared = [
      declare('idx_at', { at: 1 }, { unique: true }),
      declare('idx_a', { a: 1 }, { sparse: true }),
      declare('idx_b', { b: 1 }),
    ]
    for (let last = 0; last < 11; last++) {
      await database.people.drop()
      await database.people.createIndex({ at: 1 }, { name: 'idx_at', unique: true, expireAfterSeconds: 100_000 })
      await database.people.createIndex({ a: 1 }, { name: 'idx_a' })
      let sent = 0
      const dying = syncIndexes(database.db, declared, all, {
        async beforeCommand() {
          if (sent === last) throw new Error('killed')
          sent += 1
        },
      })
      if (last < 10) await expect(dying).rejects.toThrow('killed')
      else expect(await dying).toHaveLength(3)
      await sync(declared)
      expect(await names(), `after ${last} commands`).toEqual(expect.arrayContaining(['_id_', 'idx_a__2', 'idx_b']))
      expect(await verdicts(declared)).toEqual([
        ['idx_at', expect.stringMatching(/equal|renamed/), expect.stringMatching(/^idx_at(__2)?$/)],
        ['idx_a', 'renamed', 'idx_a__2'],
        ['idx_b', 'equal', 'idx_b'],
      ])
    }
  })

  test('replaces the one text index that a collection may have', async () => {
    await database.people.createIndex({ a: 'text' }, { name: 'idx_text' })
    const declared = [declare('idx_text', { a: 'text', b: 'text' }, { weights: { b: 2 } })]
    expect(await sync(declared)).toMatchObject([{ action: 'replace' }])
    expect(await verdicts(declared)).toEqual([['idx_text', 'equal', 'idx_text']])
  })

  test('waits for a build of the same, and for one that it would abort', async () => {
    const { client, people } = database
    await people.insertOne({ a: 1 })
    const failPoint = { configureFailPoint: 'hangAfterStartingIndexBuild' }
    await client.db('admin').command({ ...failPoint, mode: 'alwaysOn' })
    const made = people.createIndexes([
      { key: { a: 1 }, name: 'idx_a' },
      { key: { b: 1 }, name: 'idx_b' },
    ])
    const declared = [
      declare('idx_a', { a: 1 }),
      declare('idx_b', { b: 1 }, { unique: true, partialFilterExpression: { b: { $exists: true } } }),
    ]
    await expect
      .poll(() => verdicts(declared), { timeout: 10_000 })
      .toEqual([
        ['idx_a', 'building', 'idx_a'],
        ['idx_b', 'building', 'idx_b'],
      ])
    expect((await planIndexSync(database.db, declared, all)).map(({ action, obstacles }) => [action, obstacles])).toEqual([
      ['create', []],
      ['replace', ['idx_b is being built by another; it is waited for']],
    ])
    const synced = syncIndexes(database.db, declared, all)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await verdicts(declared)).toMatchObject(
      [
        ['idx_a', 'building'],
        ['idx_b', 'building'],
      ].map((each) => expect.arrayContaining(each)),
    )
    await client.db('admin').command({ ...failPoint, mode: 'off' })
    await made
    expect((await synced).map(({ index, action }) => [index, action])).toContainEqual(['idx_b', 'replace'])
    expect(await names()).toEqual(['_id_', 'idx_a', 'idx_b__2'])
  })

  test('prunes what nobody declares only when it is asked to, and never the index of the ids', async () => {
    await database.people.createIndex({ z: 1 })
    await database.people.createIndex({ a: 1 })
    const declared = [declare('idx_a', { a: 1 }, { unique: true })]
    await sync(declared)
    expect(await names()).toEqual(['_id_', 'z_1', 'a_1', 'idx_a'])
    expect(await sync(declared, pruned)).toMatchObject([
      { action: 'drop', index: 'z_1', would: ['db.getCollection("people").dropIndex("z_1")'] },
      { action: 'drop', index: 'a_1' },
    ])
    expect(await names()).toEqual(['_id_', 'idx_a'])
  })

  test('replaces a stranger that the server takes no second of only when it prunes', async () => {
    await database.people.createIndex({ at: 1 }, { expireAfterSeconds: 60 })
    const declared = [declare('idx_at', { at: 1 })]
    expect(await planIndexSync(database.db, declared, all)).toMatchObject([
      { would: [], obstacles: ['at_1 stands in its place, and no migration declares it: drop it, or prune'] },
    ])
    await expect(syncIndexes(database.db, declared, all)).rejects.toMatchObject({
      code: 'INDEX_CONFLICT',
      details: { index: 'idx_at', found: 'at_1', differences: ['expireAfterSeconds: declared none, found 60'] },
    })
    expect(await sync(declared, pruned)).toMatchObject([{ action: 'replace' }])
    expect(await names()).toEqual(['_id_', 'idx_at'])
  })

  test('leaves what belongs to the platform alone where the store’s alone are asked for', async () => {
    const declared = [declare('idx_a', { a: 1 }), { ...declare('idx_b', { b: 1 }, { unique: true }), indexSet: 'platform' as const }]
    const store = { indexSet: 'store', prune: true, collection: null } as const
    await database.people.createIndex({ b: 1 }, { name: 'idx_b' })
    expect(await sync(declared, store)).toMatchObject([{ action: 'create', index: 'idx_a' }])
    expect(await names()).toEqual(['_id_', 'idx_b', 'idx_a'])
    expect(await sync(declared)).toMatchObject([{ action: 'replace', index: 'idx_b' }])
  })

  test('makes all others where documents keep one from being made, and tells which', async () => {
    await database.people.insertMany([{ a: 1 }, { a: 1 }, { a: 2 }])
    const declared = [declare('idx_a', { a: 1 }, { unique: true }), declare('idx_b', { b: 1 })]
    const [first] = await planIndexSync(database.db, declared, all)
    expect(first?.obstacles).toEqual([
      expect.stringMatching(/^idx_a needs a to be unique, and 2 documents share 1 key\(s\); list them with db\.getCollection/),
      '{ a: 1 }: 2 documents',
    ])
    await expect(syncIndexes(database.db, declared, all)).rejects.toMatchObject({ code: 'DUPLICATE_KEYS', details: { index: 'idx_a' } })
    expect(await names()).toEqual(['_id_', 'idx_b'])
  })

  test('ends when it is aborted', async () => {
    const signal = AbortSignal.abort()
    await expect(syncIndexes(database.db, [declare('idx_a', { a: 1 })], all, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await names()).toEqual(['_id_'])
  })
})
