import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import type { Progress } from '../../src/migrator/migrator.js'
import { engines } from './test-platform.js'

const all = Object.entries(engines)

test.each(all)('%s: a database that is not there is told as one that will be created, and then as created', async (_, open) => {
  await using platform = await open()
  const acme = platform.tenant('acme')
  const migrator = platform.migrator([acme])
  const names = [platform.publicName, `${platform.publicName}_acme`]
  const before = await platform.state(names)
  const dry = await migrator.migrate({ dryRun: true })
  expect(dry).toMatchObject({ public: { state: 'pending', isNew: true }, tenants: [{ isNew: true }] })
  const creation = { step: 'creation', would: [`create schema "${names[1]}"`], count: null, obstacles: [] }
  const [tenant] = dry.tenants
  expect(tenant?.creation).toEqual(_ === 'PostgreSQL' ? creation : undefined)
  expect(tenant?.preview.map(({ migration }) => migration)).toEqual(tenant?.migrations)
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

test.each(all)('%s: the ledger tells when each migration was begun, by which library and where', async (_, open) => {
  await using platform = await open()
  await platform.migrator([]).migrate()
  const { public: ofPublic } = await platform.migrator([]).status()
  for (const { startedAt, finishedAt, libraryVersion, runBy } of ofPublic?.ledger ?? []) {
    expect(runBy).toBe(`${hostname()}:${process.pid}`)
    expect(libraryVersion).toMatch(/^\d+\.\d+\.\d+/)
    expect(Number(finishedAt)).toBeGreaterThanOrEqual(startedAt.getTime())
  }
  expect(ofPublic?.ledger.length).toBeGreaterThan(0)
})

test.each(all)('%s: the lock of a database that is not there cannot be broken', async (_, open) => {
  await using platform = await open()
  await platform.migrator([]).migrate()
  expect(await platform.migrator([]).breakLock(platform.publicName)).toBeNull()
  const typo = `${platform.publicName}_acmee`
  await expect(platform.migrator([]).breakLock(typo)).rejects.toThrow(
    `VALIDATION_FAILED: the input was refused: database: must be one that is there; ${typo} is not`,
  )
})

test.each(all)('%s: the progress tells how far a step has got with its rows, and how many databases there are', async (_, open) => {
  await using platform = await open({ withRows: true })
  await platform.migrator([]).migrate()
  await platform.addTenants([platform.tenant('acme'), platform.tenant('globex')])
  const told: Progress[] = []
  await platform.migrator().migrate({ batchSize: 20, onProgress: (progress) => told.push(progress) })
  expect(new Set(told.map(({ expected }) => expected))).toEqual(new Set([3]))
  expect(told.at(-1)?.finished).toBe(3)
  const ofRows = told.filter(({ rows, tenantId }) => rows !== null && tenantId === 'acme')
  expect(ofRows.map(({ rows }) => rows)).toEqual([0, 20, 40, 60].map((done) => ({ done, of: 60 })))
  expect(new Set(ofRows.map(({ step }) => step))).toEqual(new Set(['up']))
})

test('a dry run shows the functions of the store as a line each, or in full', async () => {
  await using platform = await engines.PostgreSQL()
  const shown = async (verbose: boolean) => {
    const { preview } = (await platform.migrator([platform.tenant('acme')]).migrate({ dryRun: true, verbose })).tenants[0] ?? {}
    return (preview ?? []).flatMap(({ steps }) => steps.flatMap(({ would }) => would)).join('\n')
  }
  const [short, full] = [await shown(false), await shown(true)]
  expect(short).toMatch(/^create or replace function .*\."write_round" \(\d+ characters\)$/m)
  expect(short).not.toContain('language plpgsql')
  expect(full).toContain('language plpgsql')
})
