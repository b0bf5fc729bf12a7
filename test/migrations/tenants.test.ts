import { expect, test } from 'vitest'
import { migrationsText } from '../../src/cli/output/migrations.js'
import { engines } from './test-platform.js'

const all = Object.entries(engines)

test.each(all)('%s: one broken tenant of ten stops no other, and only it is touched again', async (name, open) => {
  await using platform = await open()
  const tenants = Array.from({ length: 10 }, (_, index) => platform.tenant(`t${index}`))
  const [, , third = platform.tenant('none')] = tenants
  expect(await platform.migrator([]).migrate()).toMatchObject({ verdict: 'done', public: { state: 'applied' } })
  await platform.addTenants(tenants)
  await platform.obstruct(third)
  const report = await platform.migrator().migrate({ concurrency: 3 })
  expect(report).toMatchObject({ verdict: 'some-failed', counts: { applied: 9, failed: 1, 'up-to-date': 1 } })
  expect(report.tenants.map(({ tenantId }) => tenantId)).toEqual(tenants.map(({ tenantId }) => tenantId))
  expect(report.tenants[2]).toMatchObject({
    state: 'failed',
    failure: { code: expect.stringMatching(/^[A-Z_]+$/), next: expect.stringMatching(/^npx conversation-store .* --tenant=t2$/) },
  })
  expect(await platform.migrator().status()).toMatchObject({ verdict: 'pending' })

  await platform.clear(third)
  const sent = await platform.sent(async () => {
    const again = await platform.migrator().migrate({ retryFailed: true })
    expect(again).toMatchObject({ verdict: 'done', public: null, tenants: [{ tenantId: 't2', state: 'applied' }] })
  })
  if (name === 'MongoDB') expect(new Set(sent)).toEqual(new Set([platform.publicName, third.database]))
  expect(await platform.migrator().migrate({ retryFailed: true })).toMatchObject({ verdict: 'done', tenants: [] })
  expect(await platform.migrator().status()).toMatchObject({ verdict: 'done' })
})

test.each(all)('%s: tenants that are not set up yet stop nothing, however many they are', async (_, open) => {
  await using platform = await open()
  expect(await platform.migrator([]).migrate()).toMatchObject({ verdict: 'done' })
  const unset = ['a', 'b'].map((tenantId) => ({ tenantId, database: null }))
  await platform.addTenants([...unset, platform.tenant('c')])
  expect(await platform.migrator().migrate()).toMatchObject({ verdict: 'done', counts: { applied: 1, skipped: 2 } })
  const again = [{ ...platform.tenant('c'), tenantId: 'd' }]
  await expect(platform.addTenants(again)).rejects.toThrow('idx_config_schema')
})

test('MongoDB: tenants without a database that were there first do not stop the public migration', async () => {
  await using platform = await engines.MongoDB()
  await platform.addTenants(['a', 'b'].map((tenantId) => ({ tenantId, database: null })))
  expect(await platform.migrator().migrate()).toMatchObject({ verdict: 'done', public: { state: 'applied', failure: null } })
  expect(await platform.migrator().syncIndexes()).toMatchObject({ verdict: 'done', public: { state: 'up-to-date' } })
})

test.each(all)('%s: when the public database fails, no tenant is reached', async (_, open) => {
  await using platform = await open()
  const tenants = [platform.tenant('acme')]
  const migrator = platform.migrator(tenants)
  const before = await platform.state([platform.publicName])
  const controller = new AbortController()
  controller.abort()
  const report = await migrator.migrate({ signal: controller.signal })
  expect(report).toMatchObject({ public: { state: 'failed', failure: { code: 'ABORTED' } }, tenants: [{ state: 'not-reached' }] })
  expect(await platform.state([platform.publicName])).toEqual(before)
})

test.each(all)('%s: a tenant without a database is skipped, one with a hostile or a doubled name fails, and says so', async (_, open) => {
  await using platform = await open()
  const acme = platform.tenant('acme')
  const tenants = [
    { tenantId: 'new', database: null },
    { tenantId: 'hostile', database: 'a/../$b"\u0000' },
    acme,
    { tenantId: 'double', database: acme.database },
    { tenantId: 'public', database: platform.publicName },
  ]
  const { tenants: reports } = await platform.migrator(tenants).migrate()
  expect(reports.map(({ state }) => state)).toEqual(['skipped', 'failed', 'applied', 'failed', 'failed'])
  expect(reports.map(({ why }) => why)).toEqual([
    'its source knows no database of it',
    expect.stringContaining('VALIDATION_FAILED'),
    null,
    'its database is that of acme too',
    'its database is that of the public database too',
  ])
})

test.each(all)(
  '%s: a source that gives more than was asked for runs no other tenant, and one that lacks a tenant has it failed',
  async (_, open) => {
    await using platform = await open()
    const [acme, globex] = [platform.tenant('acme'), platform.tenant('globex')]
    const { tenants } = await platform.migrator([globex, acme]).migrate({ tenants: ['acme', 'gone'] })
    expect(tenants).toMatchObject([
      { tenantId: 'acme', state: 'applied' },
      { tenantId: 'gone', state: 'failed', why: 'there is no tenant of this id' },
    ])
    expect(await platform.migrator([globex]).status({ tenantsOnly: true })).toMatchObject({ tenants: [{ ledger: [] }] })
  },
)

test.each(all)('%s: a source that fails leaves the report of what was done, and no verdict of success', async (_, open) => {
  await using platform = await open()
  const acme = platform.tenant('acme')
  function* failing() {
    yield acme
    throw new Error('the registry at https://lan:hunter2@registry.test is down')
  }
  const migrator = platform.migrator({ [Symbol.iterator]: failing })
  const sourceFailure = { code: 'ERROR', message: 'the registry at https://***@registry.test is down', details: null }
  expect(await migrator.migrate()).toMatchObject({
    verdict: 'error',
    public: { state: 'applied' },
    tenants: [{ tenantId: 'acme', state: 'applied' }],
    sourceFailure,
  })
  expect(await migrator.status()).toMatchObject({ verdict: 'error', tenants: [{ state: 'up-to-date' }], sourceFailure })
  expect(await migrator.syncIndexes()).toMatchObject({ verdict: 'error', tenants: [{ state: 'up-to-date' }], sourceFailure })
  expect(await migrator.down({ to: '0' })).toMatchObject({ verdict: 'error', public: { state: 'not-reached' }, sourceFailure })
  await expect(migrator.showLocks()).rejects.toThrow(sourceFailure.message)
})

test.each(all)(
  '%s: with retryFailed, a named tenant that did not fail is skipped, and one that there is not has failed',
  async (_, open) => {
    await using platform = await open()
    const { tenants, verdict } = await platform
      .migrator([platform.tenant('acme')])
      .migrate({ retryFailed: true, tenants: ['acme', 'gone'] })
    expect([verdict, tenants.map(({ state, why }) => [state, why])]).toEqual([
      'some-failed',
      [
        ['skipped', 'its last run did not fail'],
        ['failed', 'there is no tenant of this id'],
      ],
    ])
  },
)

test.each(all)('%s: a unique index of the host’s on a tenant’s conversations is told by a run that does something', async (_, open) => {
  await using platform = await open()
  const [acme, globex] = [platform.tenant('acme'), platform.tenant('globex')]
  const migrator = platform.migrator([acme, globex])
  const { tenants } = await migrator.migrate({ to: '001' })
  expect(tenants.map(({ foreign }) => foreign)).toEqual([undefined, undefined])
  const words = await platform.hinder(globex)
  const again = await migrator.migrate()
  expect(again).toMatchObject({ verdict: 'done', tenants: [{ state: 'applied' }, { state: 'applied', foreign: [words] }] })
  expect([again.public, again.tenants[0]].filter((report) => report && 'foreign' in report)).toEqual([])
  expect(migrationsText(again, 'platform')).toContain(`  ! Not the store's, and in the way of its writes: ${words}. Drop what is named.`)
})

test.each(all)('%s: a new tenant is brought to the program’s version, and no other is looked at', async (_, open) => {
  await using platform = await open()
  const acme = platform.tenant('acme')
  expect(await platform.migrator([platform.tenant('other')]).onTenantCreated(acme)).toMatchObject({ tenantId: 'acme', state: 'applied' })
  expect(await platform.migrator([acme, platform.tenant('other')]).status({ tenantsOnly: true })).toMatchObject({
    tenants: [{ state: 'up-to-date' }, { state: 'pending', ledger: [] }],
  })
  await expect(platform.migrator([]).onTenantCreated({ tenantId: 'x', database: null })).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
  })
})

test.each(all)('%s: all the way up, all the way down and up again gives the same', async (_, open) => {
  await using platform = await open()
  const tenants = [platform.tenant('acme')]
  const names = [platform.publicName, `${platform.publicName}_acme`]
  const migrator = platform.migrator(tenants)
  await migrator.migrate()
  const up = await platform.state(names)
  expect(await migrator.down({ to: '0', dryRun: true })).toMatchObject({ public: { state: 'pending' } })
  expect(await platform.state(names)).toEqual(up)
  const down = await migrator.down({ to: '0' })
  expect(down, JSON.stringify(down)).toMatchObject({ verdict: 'done', public: { state: 'applied' }, tenants: [{ state: 'applied' }] })
  expect(await platform.state(names)).not.toEqual(up)
  expect(await migrator.migrate()).toMatchObject({ verdict: 'done' })
  expect(await platform.state(names)).toEqual(up)
})

test.each(all)('%s: the list of the tenants is never dropped with the tenants in it', async (name, open) => {
  await using platform = await open()
  expect(await platform.migrator([]).migrate()).toMatchObject({ verdict: 'done' })
  await platform.addTenants(['a', 'b', 'c'].map((tenantId) => platform.tenant(tenantId)))
  const what = name === 'MongoDB' ? 'collection client_configs' : 'table client_configs'
  const down = await platform.migrator().down({ publicOnly: true, to: '0' })
  if (name === 'MongoDB') expect(down).toMatchObject({ verdict: 'done', public: { state: 'applied', kept: [{ what, rows: 3 }] } })
  else {
    const failure = { code: 'DATA_KEPT', migration: 'platform/@001', details: { kept: [{ what, rows: 3 }] } }
    expect(down).toMatchObject({ verdict: 'error', public: { state: 'failed', failure } })
  }
  expect(await platform.migrator().migrate()).toMatchObject({ verdict: 'done', counts: { failed: 0, applied: name === 'MongoDB' ? 4 : 3 } })
  expect(await platform.migrator().down({ publicOnly: true, to: '0', dropData: true })).toMatchObject({
    verdict: 'done',
    public: { state: 'applied' },
  })
  expect(await platform.migrator().status()).toMatchObject({ tenants: [], public: { state: 'pending' } })
})

test.each(all)('%s: the program refuses to contradict itself, and names the choice', async (_, open) => {
  await using platform = await open()
  const refused = { code: 'VALIDATION_FAILED' }
  const migrator = platform.migrator([])
  await expect(migrator.migrate({ publicOnly: true, tenants: ['a'] })).rejects.toMatchObject(refused)
  await expect(migrator.migrate({ concurrency: 0 })).rejects.toMatchObject(refused)
  await expect(migrator.migrate({ collection: 'mesages' })).rejects.toMatchObject(refused)
  for (const to of ['abc', 'v002', '', '1.5']) {
    await expect(migrator.migrate({ to }), to).rejects.toThrow(/to: must be a version, as the migrations have it: 001, /)
    await expect(migrator.down({ to }), to).rejects.toThrow(/to: must be a version, as the migrations have it: 001, /)
  }
  await expect(migrator.showLocks({ database: 'typo' })).rejects.toThrow(/database: must be one of those chosen; typo is none/)
  expect(await migrator.showLocks({ database: platform.publicName })).toEqual([])
})

test.each(all)('%s: a collection on PostgreSQL and a table on MongoDB are refused by name, and the other chooses', async (name, open) => {
  await using platform = await open()
  const migrator = platform.migrator([])
  await migrator.migrate()
  if (name === 'PostgreSQL') {
    await expect(migrator.migrate({ collection: 'messages' })).rejects.toThrow(
      /collection: is for MongoDB, where each migration is of one collection; here `table` chooses the indexes of a table, for sync:indexes/,
    )
    const { public: ofTable } = await migrator.syncIndexes({ table: 'client_configs', dryRun: true })
    expect(new Set(ofTable?.findings.map(({ collection }) => collection))).toEqual(new Set(['client_configs']))
    expect((await migrator.syncIndexes({ table: 'typo', dryRun: true })).public?.failure?.message).toContain(
      'table: has no index here, declared or not: typo',
    )
  } else {
    await expect(migrator.syncIndexes({ table: 'messages' })).rejects.toThrow(/table: is for PostgreSQL; here `collection` chooses/)
  }
})
