import type { Db } from 'mongodb'
import { ObjectId } from 'mongodb'
import { describe, expect, test } from 'vitest'
import type { CollectionMigration, MigrationContext } from '../../src/mongo/migrator/migration.js'
import { mongoMigrations } from '../../src/mongo/migrator/runnable.js'
import { migration } from './migration-runs.js'

const index = (name: string, fields: object = {}) => ({ key: { a: 1 }, options: { name, ...fields } }) as const
const checksum = (fields: Partial<CollectionMigration>) => mongoMigrations([migration(fields)])[0]?.checksum

describe('a registry of migrations', () => {
  test('takes migrations as hosts write them, with the types of the driver', () => {
    class AddPriority implements CollectionMigration {
      readonly collectionName = 'tickets'
      readonly name = '002-add-priority'
      readonly description = 'Gives each ticket a priority.'
      readonly version = '002'
      readonly isPublic = false
      readonly isTenant = true
      readonly indexes = [{ key: { priority: 1 }, options: { name: 'idx_tickets_priority' } }] as const
      async up(db: Db, collectionName: string, { batch }: MigrationContext): Promise<void> {
        await batch({ filter: { priority: { $exists: false } } }, async (tickets) => {
          await db.collection(collectionName).countDocuments({ _id: { $in: tickets.map(({ _id }) => _id as ObjectId) } })
        })
      }
      async down(db: Db, collectionName: string): Promise<void> {
        await db.collection(collectionName).updateMany({}, { $unset: { priority: 1 } })
      }
    }
    expect(mongoMigrations([new AddPriority()])).toMatchObject([
      { owner: 'host', collection: 'tickets', version: '002', steps: [{ name: 'indexes' }, { name: 'up' }] },
    ])
  })

  test('makes the collection alone where there is no index, and the indexes of the platform apart', () => {
    const steps = (fields: Partial<CollectionMigration>) => mongoMigrations([migration(fields)])[0]?.steps
    expect(steps({})).toEqual([{ name: 'collection' }])
    expect(steps({ indexes: [index('a'), { ...index('b'), indexSet: 'platform' }] })).toEqual([
      { name: 'indexes' },
      { name: 'indexes of the platform', indexSet: 'platform' },
    ])
    expect(steps({ indexes: [{ ...index('b'), indexSet: 'platform' }] })).toEqual([
      { name: 'collection' },
      { name: 'indexes of the platform', indexSet: 'platform' },
    ])
  })

  test('has the same checksum for what is the same, and another for what is not', () => {
    const one = checksum({ indexes: [index('a', { unique: true, sparse: true })] })
    expect(checksum({ indexes: [index('a', { sparse: true, unique: true })] })).toBe(one)
    expect(checksum({ indexes: [{ ...index('a', { unique: true, sparse: true }), serves: 'a query' }], name: 'b', description: 'c' })).toBe(
      one,
    )
    const keyed = (key: Readonly<Record<string, 1 | -1>>) => checksum({ indexes: [{ key, options: { name: 'a' } }] })
    const filtered = (value: unknown) => checksum({ indexes: [index('a', { partialFilterExpression: { a: value } })] })
    const others = [
      keyed({ a: 1, b: 1 }),
      keyed({ b: 1, a: 1 }),
      keyed({ a: -1, b: 1 }),
      filtered(new Date(0)),
      filtered(new Date(1)),
      filtered(new ObjectId('0'.repeat(24))),
      filtered(/a/),
      checksum({ revision: 1 }),
      checksum({ revision: 2 }),
      checksum({ up: async () => {} }),
    ]
    expect(new Set([one, ...others]).size).toBe(others.length + 1)
  })

  test.each([
    ['collectionName', { collectionName: '' }],
    ['collectionName', { collectionName: 'system.users' }],
    ['collectionName', { collectionName: 'a$b' }],
    ['version', { version: '' }],
    ['version', { version: 2 }],
    ['name', { name: undefined }],
    ['description', { description: 7 }],
    ['isPublic', { isPublic: 'yes' }],
    ['isTenant', { isPublic: false, isTenant: false }],
    ['indexes', { indexes: undefined }],
    ['up', { up: 'code' }],
    ['down', { down: {} }],
    ['owner', { owner: 'a/b' }],
    ['revision', { revision: 1.5 }],
    ['indexes[0].options.name', { indexes: [{ key: { a: 1 }, options: {} }] }],
    ['indexes[0].options.name', { indexes: [index('x'.repeat(128))] }],
    ['indexes[0].options.name', { indexes: [index('ä'.repeat(64))] }],
    ['indexes[0].key', { indexes: [{ key: {}, options: { name: 'a' } }] }],
    ['indexes[0].indexSet', { indexes: [{ ...index('a'), indexSet: 'all' }] }],
    ['indexes[1].options.name', { indexes: [index('a'), index('a')] }],
    ['drop', { drop: 'a' }],
    ['drop', { drop: [7] }],
    ['drop[0]', { drop: ['a'] }],
    ['drop[0]', { indexes: [index('a')], drop: ['a'] }],
  ])('names what is wrong: %s in %j', (path, fields) => {
    const faulty = { ...migration({}), ...fields } as CollectionMigration
    expect(() => mongoMigrations([faulty])).toThrow(`migrations[0].${path}`)
  })

  test('has each migration once', () => {
    expect(() => mongoMigrations([migration({}), migration({ collectionName: 'b' }), migration({})])).toThrow(
      'migrations[2]: must not be the migration users@001, as migrations[0] is',
    )
    expect(() => mongoMigrations(null as never)).toThrow('VALIDATION_FAILED')
    expect(() => mongoMigrations([null as never])).toThrow('VALIDATION_FAILED')
  })

  const first = migration({ indexes: [index('a')] })
  const later = (fields: Partial<CollectionMigration>) => migration({ version: '002', ...fields })

  test('may declare an index again, and retire it', () => {
    const registry = [first, later({ indexes: [index('a', { unique: true })] }), migration({ version: '003', drop: ['a'] })]
    expect(mongoMigrations(registry).map(({ steps }) => steps.map(({ name }) => name))).toEqual([
      ['indexes'],
      ['indexes'],
      ['drop indexes'],
    ])
    const checksums = registry.map((_, at) => mongoMigrations(registry.slice(0, at + 1)).at(-1)?.checksum)
    expect(new Set([...checksums, checksum({ version: '003' })]).size).toBe(4)
  })

  test('retires only what an earlier migration declares in the same collection of the same kind of database', () => {
    const message =
      (...registry: CollectionMigration[]) =>
      () =>
        mongoMigrations(registry)
    const unknown = 'must name an index that an earlier migration declares: the index a of'
    expect(message(later({ drop: ['a'] }), { ...first, version: '003' })).toThrow(
      `migrations[0].drop[0]: ${unknown} users in a public database`,
    )
    expect(message(first, later({ collectionName: 'guests', drop: ['a'] }))).toThrow(`${unknown} guests in a public database`)
    expect(message({ ...first, isTenant: false }, later({ drop: ['a'] }))).toThrow(`${unknown} users in a tenant database`)
    expect(message(first, later({ indexes: [index('a')], drop: ['a'] }))).toThrow(
      'migrations[1].drop[0]: must not be a, which the migration declares itself',
    )
  })

  test('leaves the indexes of the store to the store', () => {
    const ofTheStore = { ...first, owner: 'conversation-store' }
    for (const fields of [{ indexes: [index('a')] }, { drop: ['a'] }]) {
      expect(() => mongoMigrations([ofTheStore, later(fields)])).toThrow('must not be a, which the store needs')
      expect(mongoMigrations([ofTheStore, later({ ...fields, owner: 'conversation-store' })])).toHaveLength(2)
      expect(mongoMigrations([{ ...first, owner: 'platform' }, later(fields)])).toHaveLength(2)
    }
  })
})
