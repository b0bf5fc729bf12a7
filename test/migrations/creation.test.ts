import { expect, test } from 'vitest'
import { engines } from './test-platform.js'

const all = Object.entries(engines)

test.each(all)('%s: a database that is not there is told as one that will be created, and then as created', async (_, open) => {
  await using platform = await open()
  const acme = platform.tenant('acme')
  const migrator = platform.migrator([acme])
  const names = [platform.publicName, `${platform.publicName}_acme`]
  const before = await platform.state(names)
  expect(await migrator.migrate({ dryRun: true })).toMatchObject({ public: { state: 'pending', isNew: true }, tenants: [{ isNew: true }] })
  expect(await platform.state(names)).toEqual(before)
  expect(await migrator.migrate()).toMatchObject({ public: { isNew: true }, tenants: [{ state: 'applied', isNew: true }] })
  const again = await migrator.migrate()
  expect([again.public, ...again.tenants].map((report) => [report?.state, report?.isNew])).toEqual([
    ['up-to-date', undefined],
    ['up-to-date', undefined],
  ])
})

test.each(all)('%s: --no-create fails one that is not there by its name, and creates nothing', async (_, open) => {
  await using platform = await open()
  const acme = platform.tenant('acme')
  await platform.migrator([]).migrate()
  const before = await platform.state([`${platform.publicName}_acme`])
  for (const dryRun of [true, false]) {
    const report = await platform.migrator([acme]).migrate({ noCreate: true, dryRun })
    expect(report).toMatchObject({ verdict: 'some-failed', public: { state: 'up-to-date' }, tenants: [{ state: 'failed' }] })
    expect(report.tenants[0]?.failure?.message).toBe(
      `VALIDATION_FAILED: the input was refused: noCreate: forbids to create ${platform.publicName}_acme, which is not there`,
    )
  }
  const { next } = (await platform.migrator([acme]).migrate({ noCreate: true })).tenants[0]?.failure ?? {}
  expect(next).toBe('npx conversation-store migrate --tenant=acme --no-create')
  expect(await platform.state([`${platform.publicName}_acme`])).toEqual(before)
})

test.each(all)('%s: the log tells each step with how long it took, and what was sent', async (_, open) => {
  await using platform = await open()
  const told: string[] = []
  const silent = () => {}
  const debug = (message: string) => told.push(message)
  await platform.migrator([], { debug, info: silent, warn: silent, error: silent }).migrate()
  expect(told).toContainEqual(expect.stringMatching(/^platform\/.*001 .*: begun$/))
  expect(told).toContainEqual(expect.stringMatching(/^platform\/.*001 .*: done in \d+ ms$/))
  expect(told).toContainEqual(
    expect.stringMatching(/create table .*client_configs|client_configs: createIndex \{"config_id":1\} idx_config_id/),
  )
  expect(told.filter((line) => line.includes('\n') || line.length > 400)).toEqual([])
})

test.each(all)('%s: the ledger tells when each migration was begun and by which library', async (_, open) => {
  await using platform = await open()
  await platform.migrator([]).migrate()
  const { public: ofPublic } = await platform.migrator([]).status()
  for (const { startedAt, finishedAt, libraryVersion } of ofPublic?.ledger ?? []) {
    expect(libraryVersion).toMatch(/^\d+\.\d+\.\d+/)
    expect(Number(finishedAt)).toBeGreaterThanOrEqual(startedAt.getTime())
  }
  expect(ofPublic?.ledger.length).toBeGreaterThan(0)
})
