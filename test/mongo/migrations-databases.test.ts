import { randomBytes } from 'node:crypto'
import { MongoClient, ObjectId } from 'mongodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Tenant } from '../../src/migrator/databases.js'
import { type MongoDatabasesOptions, mongoDatabases } from '../../src/platform/mongo/databases.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { migration } from './migration-runs.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the databases of a platform on MongoDB', () => {
  const publicDatabase = `test_${randomBytes(6).toString('hex')}`
  let client: MongoClient
  beforeAll(async () => {
    client = await new MongoClient(serverUrl('mongoReplicaSet')).connect()
  })
  afterAll(async () => {
    await client.db(publicDatabase).dropDatabase()
    await client.close()
  })
  const databases = (options: Partial<MongoDatabasesOptions> = {}) =>
    mongoDatabases({
      client,
      publicDatabase,
      migrations: [migration({ collectionName: 'config', isPublic: false }), migration({ collectionName: 'all' })],
      ...options,
    })
  const all = async (tenants: AsyncIterable<Tenant>) => {
    const found: Tenant[] = []
    for await (const tenant of tenants) found.push(tenant)
    return found
  }

  test('have the migrations that are theirs', () => {
    const { publicTarget, tenantTarget } = databases()
    expect(publicTarget.database).toBe(publicDatabase)
    expect(publicTarget.migrations.map(({ collection }) => collection)).toEqual(['all'])
    expect(tenantTarget('acme').migrations.map(({ collection }) => collection)).toEqual(['config', 'all'])
  })

  test.each([
    '',
    'a/b',
    'a.b',
    'acme/../other',
    'a b',
    'a"b',
    'a$b',
    'a\0b',
    'a\nb',
    '../x',
    'ä'.repeat(32),
    'admin',
    'Local',
    'config',
    null,
  ])('never are what a hostile name says: %j', (name) => {
    expect(() => databases().tenantTarget(name as string)).toThrow('VALIDATION_FAILED')
    expect(() => databases({ publicDatabase: name as string })).toThrow('VALIDATION_FAILED')
  })

  test('of a tenant is never the public one, in whichever case it is written', () => {
    expect(() => databases().tenantTarget(publicDatabase)).toThrow('VALIDATION_FAILED')
    expect(() => databases().tenantTarget(publicDatabase.toUpperCase())).toThrow('VALIDATION_FAILED')
    expect(databases().tenantTarget('khách-hàng').database).toBe('khách-hàng')
  })

  test('are found page by page, whatever the types of ids, and the ids that were asked for in vain are told', async () => {
    const collection = client.db(publicDatabase).collection('clients')
    const own = new ObjectId()
    await collection.insertMany([
      { _id: 'z', name: 'a', place: 'db_a' },
      { _id: 1, name: 'b', place: 'db_b' },
      { name: own, place: null },
      { name: 7, place: 'db_7' },
      { _id: new Date(), name: 'e' },
    ] as never)
    const tenants = { collection: 'clients', tenantId: 'name', database: 'place' }
    for (const batchSize of [1, 2, 500]) {
      const source = databases({ tenants, batchSize })
      expect((await all(source.tenants(null))).sort((x, y) => (x.tenantId < y.tenantId ? -1 : 1))).toEqual(
        [
          { tenantId: 'a', database: 'db_a' },
          { tenantId: 'b', database: 'db_b' },
          { tenantId: '7', database: 'db_7' },
          { tenantId: 'e', database: null },
          { tenantId: own.toHexString(), database: null },
        ].sort((x, y) => (x.tenantId < y.tenantId ? -1 : 1)),
      )
      const some = await all(source.tenants(['7', 'nobody', 'a', '$x']))
      expect(some).toHaveLength(4)
      expect(new Map(some.map(({ tenantId, database }) => [tenantId, database]))).toEqual(
        new Map([
          ['a', 'db_a'],
          ['7', 'db_7'],
          ['nobody', null],
          ['$x', null],
        ]),
      )
    }
    const given = databases({ tenants: (only) => (only ?? ['x']).map((tenantId) => ({ tenantId, database: 'db' })) })
    expect(await all(given.tenants(null))).toEqual([{ tenantId: 'x', database: 'db' }])
    expect(await all(given.tenants(['y']))).toEqual([{ tenantId: 'y', database: 'db' }])
  })

  test('that failed are remembered, the last failure of each', async () => {
    const { failures } = databases()
    const failure = { tenantId: 'acme', database: 'db', migration: 'users@001', step: 'up', message: '$broken' }
    expect(await failures.list()).toEqual([])
    await Promise.all([failures.record({ ...failure, message: 'before' }), failures.record({ ...failure, message: 'before' })])
    await failures.record(failure)
    await failures.record({ ...failure, tenantId: '$b', migration: null, step: null })
    expect(await failures.list()).toEqual([{ ...failure, tenantId: '$b', migration: null, step: null }, failure])
    await failures.clear('acme')
    await failures.clear('nobody')
    expect(await failures.list()).toMatchObject([{ tenantId: '$b' }])
  })

  test('are looked at without a change', async () => {
    const empty = `test_${randomBytes(6).toString('hex')}`
    const diagnoses = await databases({ publicDatabase: empty }).diagnose()
    expect(diagnoses.map(({ check }) => check)).toEqual([
      'server version',
      'rights',
      'transactions',
      'indexes',
      'unique indexes',
      'clock',
      'long transactions',
    ])
    expect(diagnoses.filter(({ check }) => check !== 'indexes' && check !== 'long transactions').map(({ state }) => state)).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
    ])
    const { databases: names } = await client.db().admin().listDatabases({ nameOnly: true })
    expect(names.map(({ name }) => name)).not.toContain(empty)
  })

  test.skipIf(isServerAbsent('mongoStandalone'))('on a standalone server have no transactions, which is a warning', async () => {
    await using standalone = await new MongoClient(serverUrl('mongoStandalone')).connect()
    const diagnoses = await databases({ client: standalone }).diagnose()
    expect(diagnoses.find(({ check }) => check === 'transactions')).toMatchObject({ state: 'warning' })
  })
})
