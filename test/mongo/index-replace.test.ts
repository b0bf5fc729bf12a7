import { expect, test } from 'vitest'
import { planIndexSync } from '../../src/mongo/migrator/indexes/plan-index-sync.js'
import { syncIndexes } from '../../src/mongo/migrator/indexes/sync-indexes.js'
import { declare } from './index-database.js'
import { all, describeIndexSync } from './index-sync-kit.js'

describeIndexSync('a sync of the indexes of a MongoDB database that replaces one', (kit) => {
  const { names, verdicts, sync } = kit
  const refusedInsert = async (document: Record<string, unknown>) => {
    const outcome = await kit.database.people.insertOne(document).then(
      () => 'inserted',
      (error: { code?: unknown }) => error.code,
    )
    expect(outcome).toBe(11000)
  }

  test('replaces by a new name, looks at it, and drops the old one only then: the old constraint holds at every moment', async () => {
    await kit.database.people.createIndex({ a: 1 }, { name: 'idx_a', unique: true })
    await kit.database.people.insertOne({ a: 1, active: true })
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
    await kit.database.people.insertOne({ a: 1 })
    expect(await verdicts(declared)).toEqual([['idx_a', 'renamed', 'idx_a__2']])
  })

  test('goes back to the declared name when the declaration changes again', async () => {
    await kit.database.people.createIndex({ a: 1 }, { name: 'idx_a' })
    await sync([declare('idx_a', { a: 1 }, { sparse: true })])
    expect(await names()).toEqual(['_id_', 'idx_a__2'])
    expect(await sync([declare('idx_a', { a: 1, b: 1 })])).toMatchObject([{ action: 'replace' }])
    expect(await names()).toEqual(['_id_', 'idx_a'])
  })

  test('ends what a run that died has begun', async () => {
    await kit.database.people.createIndex({ a: 1 }, { name: 'idx_a' })
    await kit.database.people.createIndex({ a: 1 }, { name: 'idx_a__2', unique: true })
    const declared = [declare('idx_a', { a: 1 }, { unique: true })]
    expect(await verdicts(declared)).toEqual([['idx_a', 'differs', 'idx_a']])
    expect(await sync(declared)).toMatchObject([{ action: 'replace' }])
    expect(await verdicts(declared)).toEqual([['idx_a', 'renamed', 'idx_a__2']])
  })

  test('makes one anew in its place where the server takes no second, and another holds the constraint meanwhile', async () => {
    await kit.database.people.createIndex({ at: 1 }, { name: 'idx_at', unique: true, expireAfterSeconds: 100_000 })
    const at = new Date()
    await kit.database.people.insertOne({ at })
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
      await kit.database.people.drop()
      await kit.database.people.createIndex({ at: 1 }, { name: 'idx_at', unique: true, expireAfterSeconds: 100_000 })
      await kit.database.people.createIndex({ a: 1 }, { name: 'idx_a' })
      let sent = 0
      const dying = syncIndexes(kit.database.db, declared, all, {
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
    await kit.database.people.createIndex({ a: 'text' }, { name: 'idx_text' })
    const declared = [declare('idx_text', { a: 'text', b: 'text' }, { weights: { b: 2 } })]
    expect(await sync(declared)).toMatchObject([{ action: 'replace' }])
    expect(await verdicts(declared)).toEqual([['idx_text', 'equal', 'idx_text']])
  })

  test('waits for a build of the same, and for one that it would abort', async () => {
    const { client, people } = kit.database
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
    expect((await planIndexSync(kit.database.db, declared, all)).map(({ action, obstacles }) => [action, obstacles])).toEqual([
      ['create', []],
      ['replace', ['idx_b is being built by another; it is waited for']],
    ])
    const synced = syncIndexes(kit.database.db, declared, all)
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
})
