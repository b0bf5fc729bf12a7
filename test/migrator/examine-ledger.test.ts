import { describe, expect, test } from 'vitest'
import { examineLedger } from '../../src/migrator/kernel/examine-ledger.js'
import type { LedgerEntry } from '../../src/migrator/kernel/ledger.js'
import { hostOwner, type Migration, migrationId, storeOwner } from '../../src/migrator/kernel/migration.js'

const migration = (collection: string, version: string, fields: Partial<Migration> = {}): Migration => ({
  owner: hostOwner,
  collection,
  version,
  name: `${version}-${collection}`,
  description: '',
  checksum: `${collection} ${version}`,
  steps: [{ name: 'indexes' }, { name: 'reports', indexSet: 'platform' }, { name: 'up' }],
  ...fields,
})

const entry = (of: Migration, seq: number, fields: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: migrationId(of),
  owner: of.owner,
  collection: of.collection,
  version: of.version,
  name: of.name,
  checksum: of.checksum,
  state: 'applied',
  steps: ['indexes', 'up'],
  attempts: 1,
  failure: null,
  seq,
  libraryVersion: '0.1.0',
  runBy: null,
  startedAt: new Date(0),
  finishedAt: new Date(0),
  ...fields,
})

const [users1, users2, users10, rooms1] = [
  migration('users', '001'),
  migration('users', '002'),
  migration('users', '10'),
  migration('rooms', '001'),
] as const
const all = [users1, users2, users10, rooms1]

const ids = (pending: readonly { readonly migration: Migration }[]) => pending.map((each) => migrationId(each.migration))

test('what a database never had is pending, in the order of the array', () => {
  const { pending, ...problems } = examineLedger(all, { entries: [] }, 'platform')
  expect(ids(pending)).toEqual(['users@001', 'users@002', 'users@10', 'rooms@001'])
  expect(pending[0]).toMatchObject({ steps: ['indexes', 'reports', 'up'], entry: null })
  expect(problems).toEqual({ changed: [], missing: [], newer: [], outOfOrder: [] })
})

test('the steps of the platform are pending only for a run that asks for them, whoever migrated first', () => {
  const ledger = { entries: [entry(users1, 1)] }
  expect(examineLedger([users1], ledger, 'store').pending).toEqual([])
  expect(examineLedger([users1], ledger, 'platform').pending).toMatchObject([{ steps: ['reports'] }])
  const reports = migration('users', '003', { steps: [{ name: 'reports', indexSet: 'platform' }] })
  expect(examineLedger([reports], { entries: [] }, 'store').pending).toEqual([])
})

test('a migration that failed or whose runner died goes on at its step; one that was reverted, or half reverted, is done anew', () => {
  const of = (state: LedgerEntry['state']) =>
    examineLedger([users1], { entries: [entry(users1, 1, { state, steps: ['indexes', 'reports'] })] }, 'platform').pending
  expect(of('failed')).toMatchObject([{ steps: ['up'] }])
  expect(of('applying')).toMatchObject([{ steps: ['up'] }])
  expect(of('reverting')).toMatchObject([{ steps: ['indexes', 'reports', 'up'] }])
  expect(of('reverted')).toMatchObject([{ steps: ['indexes', 'reports', 'up'] }])
})

test('one whose steps are all recorded, and whose end is not, is still to be ended', () => {
  const unended = entry(users1, 1, { state: 'applying', steps: ['indexes', 'reports', 'up'] })
  expect(examineLedger([users1], { entries: [unended] }, 'platform').pending).toMatchObject([{ steps: [] }])
})

test('a changed checksum is told, of one that was begun too; one that was reverted, or failed with no step done, is free to change', () => {
  const of = (state: LedgerEntry['state'], steps: readonly string[] = ['indexes']) =>
    examineLedger([users1], { entries: [entry(users1, 1, { state, steps, checksum: 'other' })] }, 'store').changed
  expect([of('applied'), of('failed'), of('failed', []), of('reverted')]).toEqual([['users@001'], ['users@001'], [], []])
})

test('an applied id that the program lacks was taken out of it, or is newer than all of it', () => {
  const entries = [entry(users1, 1), entry(migration('users', '0015'), 2), entry(users2, 3), entry(migration('tags', '001'), 4)]
  expect(examineLedger(all, { entries }, 'store')).toMatchObject({ missing: ['users@0015'], newer: ['tags@001'] })
})

describe('an id that the program lacks', () => {
  const of = (program: readonly Migration[], ledger: readonly Migration[], fields: Partial<LedgerEntry> = {}) => {
    const entries = ledger.map((each, at) => entry(each, at + 1, program.includes(each) ? {} : fields))
    const { missing, newer } = examineLedger(program, { entries }, 'store')
    return { missing, newer }
  }
  const numbered = (version: string, owner = hostOwner) => migration('', version, { owner })
  const users3 = migration('users', '11')

  test('is newer where a newer program filled an empty database, whatever it went on with', () => {
    expect(of([users1, users10, rooms1], [users1, users10, users3, rooms1])).toEqual({ missing: [], newer: ['users@11'] })
    const platform = numbered('003', 'platform')
    expect(of([numbered('001'), platform], [numbered('001'), numbered('002'), platform])).toEqual({ missing: [], newer: ['@002'] })
    const [messages, leases] = [migration('messages', '001', { owner: storeOwner }), migration('leases', '006', { owner: storeOwner })]
    expect(of([messages, platform], [messages, leases, platform])).toEqual({ missing: [], newer: ['conversation-store/leases@006'] })
    const views = migration('', '002', { repeatable: 'views' })
    expect(of([numbered('001'), platform], [numbered('001'), views, platform])).toEqual({ missing: [], newer: ['@views'] })
  })

  test('was taken out where the program has a later one of its series, or begun one since', () => {
    expect(of([users1, users10], [users1, users2, users10])).toEqual({ missing: ['users@002'], newer: [] })
    expect(of([users1, users10], [users1, users3, users10])).toEqual({ missing: ['users@11'], newer: [] })
    expect(of([users1, rooms1], [users1, migration('tags', '001'), rooms1])).toEqual({ missing: ['tags@001'], newer: [] })
  })

  test('is no newer one where it failed: with nothing left of it, it counts no more', () => {
    expect(of([numbered('001')], [numbered('001'), numbered('002')], { state: 'failed', steps: [] })).toEqual({ missing: [], newer: [] })
    expect(of([numbered('001')], [numbered('001'), numbered('002')], { state: 'failed' })).toEqual({ missing: ['@002'], newer: [] })
  })
})

test("another owner's migrations are no concern of this program", () => {
  const store = migration('messages', '001', { owner: storeOwner })
  const ledger = { entries: [entry(users1, 1), entry(store, 2)] }
  expect(examineLedger([store], ledger, 'store')).toMatchObject({ pending: [], missing: [], newer: [] })
  expect(migrationId(store)).toBe('conversation-store/messages@001')
})

test('a pending version below an applied one of its collection is out of order, by number and not by text', () => {
  const ledger = { entries: [entry(users1, 1), entry(users10, 2)] }
  const examined = examineLedger(all, ledger, 'store')
  expect(ids(examined.pending)).toEqual(['users@002', 'rooms@001'])
  expect(examined.outOfOrder).toEqual(['users@002'])
})

describe('a repeatable migration', () => {
  const functions = (version: string, text: string) =>
    migration('', version, { repeatable: 'functions', checksum: text, steps: [{ name: 'all' }] })
  const numbered = (version: string) => migration('', version, { steps: [{ name: 'all' }] })
  const had = (of: Migration, seq: number, fields: Partial<LedgerEntry> = {}) => entry(of, seq, { steps: ['all'], ...fields })

  test('is one in the ledger whatever its version is, and runs again when its text is another', () => {
    expect(migrationId(functions('002', 'a'))).toBe('@functions')
    const ledger = { entries: [had(numbered('001'), 1), had(functions('002', 'a'), 2)] }
    const of = (version: string, text: string) => examineLedger([numbered('001'), functions(version, text)], ledger, 'store')
    expect(of('002', 'a')).toMatchObject({ pending: [], changed: [], newer: [] })
    expect(of('003', 'a')).toMatchObject({ pending: [], changed: [], newer: [] })
    for (const changed of [of('002', 'b'), of('003', 'b')])
      expect(changed).toMatchObject({ pending: [{ steps: ['all'] }], changed: [], missing: [], newer: [], outOfOrder: [] })
  })

  test('leaves the text of a newer program alone, also one that is half done, until that one is taken back', () => {
    const of = (state: LedgerEntry['state'], program: Migration) =>
      examineLedger([program], { entries: [had(functions('010', 'b'), 1, { state })] }, 'store')
    for (const state of ['applied', 'applying', 'failed', 'reverting'] as const)
      expect(of(state, functions('9', 'a'))).toMatchObject({ pending: [], changed: [], newer: ['@functions'] })
    expect(of('reverted', functions('9', 'a'))).toMatchObject({ pending: [{ steps: ['all'] }], newer: [] })
    expect(of('applied', functions('9', 'b'))).toMatchObject({ pending: [], newer: [] })
  })

  test('runs after the numbered ones of its owner, and keeps none of them back', () => {
    const others = migration('', '001', { owner: 'other', steps: [{ name: 'all' }] })
    const program = [numbered('001'), functions('009', 'a'), numbered('002'), others]
    expect(ids(examineLedger(program, { entries: [] }, 'store').pending)).toEqual(['@001', '@002', '@functions', 'other/@001'])
    const ledger = { entries: [had(numbered('001'), 1), had(functions('009', 'a'), 2)] }
    const { pending, outOfOrder } = examineLedger(program, ledger, 'store')
    expect([ids(pending), outOfOrder]).toEqual([['@002', 'other/@001'], []])
  })

  test("is done anew as a whole where it failed, and a newer program's steps before it are not taken for lost", () => {
    const failed = { entries: [had(functions('002', 'a'), 1, { state: 'failed' })] }
    expect(examineLedger([functions('002', 'a')], failed, 'store').pending).toMatchObject([{ steps: ['all'] }])
    const ledger = { entries: [had(numbered('001'), 1), had(numbered('003'), 2), had(functions('002', 'a'), 3)] }
    expect(examineLedger([numbered('001'), functions('002', 'a')], ledger, 'store')).toMatchObject({ missing: [], newer: ['@003'] })
  })
})

test('entries of an owner that the program answers for are missing when it has none of them any more', () => {
  const ofStore = migration('conversations', '001', { owner: storeOwner })
  const ledger = { entries: [entry(ofStore, 1), entry(users1, 2)] }
  const missing = (answersFor?: readonly string[]) => examineLedger([ofStore], ledger, 'store', answersFor).missing
  expect(missing()).toEqual([])
  expect(missing([hostOwner])).toEqual([migrationId(users1)])
  expect(examineLedger([ofStore, users1], ledger, 'store', [hostOwner]).missing).toEqual([])
})
