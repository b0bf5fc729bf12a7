import { expect, test } from 'vitest'
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
