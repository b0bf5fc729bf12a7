import { ObjectId } from 'mongodb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { type EmptyDatabase, emptyDatabase, migration, run } from './migration-runs.js'

describe.each([
  ['a replica set', 'mongoReplicaSet'],
  ['a standalone server', 'mongoStandalone'],
] as const)('a pass over a collection on %s', (_, server) => {
  describe.skipIf(isServerAbsent(server))('', () => {
    let database: EmptyDatabase
    beforeEach(async () => {
      database = await emptyDatabase(serverUrl(server))
    })
    afterEach(() => database[Symbol.asyncDispose]())
    const users = () => database.db.collection<{ _id: unknown; runs?: number }>('users')

    test('keeps the order of the fields of an id, where JavaScript puts those first that are named like numbers', async () => {
      const inner = new Map<string, unknown>([
        ['y', 1],
        [
          '7',
          [
            new Map<string, unknown>([
              ['x', /a/i],
              ['0', 'é'],
            ]),
            'text',
            new ObjectId(),
          ],
        ],
      ])
      const ids = [
        new Map([
          ['b', 1],
          ['2024', 2],
        ]),
        new Map([
          ['2024', 2],
          ['b', 1],
        ]),
        new Map<string, unknown>([
          ['z', [inner]],
          [
            '1',
            new Map<string, unknown>([
              ['q', null],
              ['3', true],
              ['fields', []],
            ]),
          ],
        ]),
        new Map(),
        ...Array.from(
          { length: 9 },
          (_, n) =>
            new Map<string, unknown>([
              ['tenant', `t${n % 3}`],
              ['2024', n],
              ['7', n % 2],
            ]),
        ),
      ]
      await users().insertMany(ids.map((_id, n) => ({ _id, n })) as never)
      for (const size of [1, 2, 100]) {
        const seen: unknown[] = []
        const passing = (failAt: number) =>
          migration({
            version: `00${size}`,
            async up(db, name, { batch }) {
              let pages = 0
              await batch({ size }, async (page, { session }) => {
                if (++pages === failAt) throw new Error('stopped')
                seen.push(...page.map(({ n }) => n))
                // The id leads back to its document.
                for (const { _id } of page) await db.collection(name).updateOne({ _id }, { $inc: { runs: 1 } }, { session })
              })
            },
          })
        await expect(migrateTarget(database.target([passing(size === 100 ? 1 : 4)]), run({ allowOutOfOrder: true }))).rejects.toMatchObject(
          {
            code: 'MIGRATION_FAILED',
          },
        )
        await migrateTarget(database.target([passing(0)]), run({ allowOutOfOrder: true }))
        expect(seen.sort((a, b) => Number(a) - Number(b))).toEqual(ids.map((___, n) => n))
        await database.db.collection('conversation_store_migrations').drop()
      }
      expect(await users().countDocuments({ runs: 3 })).toBe(ids.length)
    })
  })
})
