import { expect, test } from 'vitest'
import { planIndexSync } from '../../src/mongo/migrator/indexes/plan-index-sync.js'
import { syncIndexes } from '../../src/mongo/migrator/indexes/sync-indexes.js'
import { declare } from './index-database.js'
import { all, describeIndexSync, pruned } from './index-sync-kit.js'

describeIndexSync('a sync of the indexes of a MongoDB database', (kit) => {
  const { names, verdicts, commandsOf, sync } = kit

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
      expect(await planIndexSync(kit.database.db, declared, all)).toEqual([
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
    expect(await kit.database.db.collection('guests').indexExists('idx_a')).toBe(true)
  })

  test('accepts what is there under another name', async () => {
    await kit.database.people.createIndex({ a: 1 }, { unique: true })
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
    await kit.database.people.createIndex({ at: 1 }, { name: 'idx_at', ...made })
    const declared = [declare('idx_at', { at: 1 }, declaredOptions)]
    const commands = await commandsOf(() => syncIndexes(kit.database.db, declared, all))
    expect(commands.filter((name) => !name.startsWith('list'))).toEqual(['collMod'])
    expect(await sync(declared)).toEqual([])
    expect(await verdicts(declared)).toEqual([['idx_at', 'equal', 'idx_at']])
  })

  test('ends that an index prepares to be unique', async () => {
    await kit.database.people.createIndex({ at: 1 }, { name: 'idx_at' })
    await kit.database.db.command({ collMod: 'people', index: { name: 'idx_at', prepareUnique: true } })
    expect(await sync([declare('idx_at', { at: 1 })])).toMatchObject([{ action: 'change' }])
  })

  test('looks at one collection alone where it is asked to', async () => {
    const elsewhere = { ...declare('idx_b', { b: 1 }), collection: 'guests' }
    expect(await sync([declare('idx_a', { a: 1 }), elsewhere], { ...all, collection: 'guests' })).toMatchObject([{ index: 'idx_b' }])
    expect(await names()).toEqual(['_id_'])
  })

  test('changes a stranger on the same key in place where the server takes no second one', async () => {
    await kit.database.people.createIndex({ at: 1 })
    const declared = [declare('idx_at', { at: 1 }, { expireAfterSeconds: 60 })]
    expect(await sync(declared)).toMatchObject([{ action: 'change' }])
    expect(await verdicts(declared)).toEqual([['idx_at', 'renamed', 'at_1']])
  })

  test('makes one beside a stranger on the same key, which stays', async () => {
    await kit.database.people.createIndex({ a: 1 })
    expect(await sync([declare('idx_a', { a: 1 }, { unique: true })])).toMatchObject([{ action: 'create' }])
    expect(await names()).toEqual(['_id_', 'a_1', 'idx_a'])
  })

  test('prunes what nobody declares only when it is asked to, and never the index of the ids', async () => {
    await kit.database.people.createIndex({ z: 1 })
    await kit.database.people.createIndex({ a: 1 })
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
    await kit.database.people.createIndex({ at: 1 }, { expireAfterSeconds: 60 })
    const declared = [declare('idx_at', { at: 1 })]
    expect(await planIndexSync(kit.database.db, declared, all)).toMatchObject([
      { would: [], obstacles: ['at_1 stands in its place, and no migration declares it: drop it, or prune'] },
    ])
    await expect(syncIndexes(kit.database.db, declared, all)).rejects.toMatchObject({
      code: 'INDEX_CONFLICT',
      details: { index: 'idx_at', found: 'at_1', differences: ['expireAfterSeconds: declared none, found 60'] },
    })
    expect(await sync(declared, pruned)).toMatchObject([{ action: 'replace' }])
    expect(await names()).toEqual(['_id_', 'idx_at'])
  })

  test('leaves what belongs to the platform alone where the store’s alone are asked for', async () => {
    const declared = [declare('idx_a', { a: 1 }), { ...declare('idx_b', { b: 1 }, { unique: true }), indexSet: 'platform' as const }]
    const store = { indexSet: 'store', prune: true, collection: null } as const
    await kit.database.people.createIndex({ b: 1 }, { name: 'idx_b' })
    expect(await sync(declared, store)).toMatchObject([{ action: 'create', index: 'idx_a' }])
    expect(await names()).toEqual(['_id_', 'idx_b', 'idx_a'])
    expect(await sync(declared)).toMatchObject([{ action: 'replace', index: 'idx_b' }])
  })

  test('makes all others where documents keep one from being made, and tells which', async () => {
    await kit.database.people.insertMany([{ a: 1 }, { a: 1 }, { a: 2 }])
    const declared = [declare('idx_a', { a: 1 }, { unique: true }), declare('idx_b', { b: 1 })]
    const [first] = await planIndexSync(kit.database.db, declared, all)
    expect(first?.obstacles).toEqual([
      expect.stringMatching(/^idx_a needs a to be unique, and 2 documents share 1 key\(s\); list them with db\.getCollection/),
      '{ a: 1 }: 2 documents',
    ])
    await expect(syncIndexes(kit.database.db, declared, all)).rejects.toMatchObject({ code: 'DUPLICATE_KEYS', details: { index: 'idx_a' } })
    expect(await names()).toEqual(['_id_', 'idx_b'])
  })

  test('ends when it is aborted', async () => {
    const signal = AbortSignal.abort()
    await expect(syncIndexes(kit.database.db, [declare('idx_a', { a: 1 })], all, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await names()).toEqual(['_id_'])
  })
})
