import { describe, expect, test } from 'vitest'
import type { DatabaseReport, Migrator } from '../../src/migrator/migrator.js'
import { database, fakeMigrator, migrateReport } from './fake-migrator.js'
import { run } from './run-in-process.js'

const told = async (argv: readonly string[], answers: Partial<Migrator> = {}) =>
  (await run(argv, { migrator: fakeMigrator(answers).migrator })).stdout.trimEnd().split('\n')
const rows = (lines: readonly string[]) => lines.map((line) => line.replaceAll(/ {2,}/g, ' | '))

describe('the words of a lock', () => {
  const lock = { tenantId: null, database: 'chat', holder: 'app:7', since: new Date('2026-05-02T12:00:00Z'), expiresInMs: 1_200 }

  test('that somebody or nobody holds', async () => {
    const showLocks = async () => [lock, { ...lock, tenantId: 'acme', database: 'chat_acme', since: null, expiresInMs: null }]
    expect(rows(await told(['lock', 'show'], { showLocks }))).toEqual([
      'TENANT | DATABASE | HOLDER | SINCE',
      '(public) | chat | app:7 | 2026-05-02T12:00:00.000Z | ends in 2 s if its holder is gone',
      'acme | chat_acme | app:7 | - | ends with its connection',
    ])
    expect(await told(['lock', 'show'])).toEqual(['Nobody is at work.'])
  })

  test('that is broken', async () => {
    const breakLock = async () => lock
    const argv = ['lock', 'break', 'chat', '--yes']
    expect(await told(argv, { breakLock })).toEqual(['The lock of chat was taken from app:7, whose next write fails.'])
    expect(await told(argv)).toEqual(['Nobody held the lock of chat.'])
  })
})

describe('the words of a state', () => {
  const states = ['applied', 'up-to-date', 'pending', 'failed', 'locked', 'refused', 'newer', 'skipped', 'not-reached'] as const
  const all = states.map((state) => database({ tenantId: state, database: 'd', state }))
  const report = async () => migrateReport('error', all)
  const wordsOf = async (argv: readonly string[], answers: Partial<Migrator>) =>
    rows(await told(argv, answers))
      .slice(1, 1 + states.length)
      .map((line) => line.split(' | ').at(-1))
  const others = ['failed', 'locked', 'refused', 'newer than the program', 'skipped', 'not reached']

  test('of migrate, down, and the commands that change a ledger', async () => {
    expect(await wordsOf(['migrate'], { migrate: report })).toEqual(['applied', 'up to date', 'pending', ...others])
    expect(await wordsOf(['down', '--yes'], { down: report })).toEqual(['undone', 'nothing to undo', 'would be undone', ...others])
    const written = ['written', 'nothing to write', 'would be written', ...others]
    expect(await wordsOf(['resolve', 'users@001', '--forget', '--yes'], { resolve: report })).toEqual(written)
    expect(await wordsOf(['baseline', '--to=001', '--yes'], { baseline: report })).toEqual(written)
  })
})

test('the words of what failed: where, why, the keys that repeat, and what to run next', async () => {
  const failure = {
    code: 'DUPLICATE_KEYS',
    migration: 'users@002',
    step: 'indexes',
    message: 'two share a key',
    next: 'npx conversation-store migrate --tenant=acme',
    details: { groups: [{ key: { a: 1 }, count: 2 }] },
  }
  const acme = database({ tenantId: 'acme', database: 'chat_acme', state: 'failed', failure })
  const migrate = async () =>
    migrateReport('some-failed', [acme, { ...acme, tenantId: 'umbrella', failure: { ...failure, step: null, details: null } }])
  const lines = await told(['migrate'], { migrate })
  expect(lines.slice(4)).toEqual([
    'acme (chat_acme)',
    '  at users@002, step indexes',
    '  two share a key',
    '    2 x {"a":1}',
    '  next: npx conversation-store migrate --tenant=acme',
    '',
    'umbrella (chat_acme)',
    '  at users@002',
    '  two share a key',
    '  next: npx conversation-store migrate --tenant=acme',
    '',
    '2 databases: 2 failed',
  ])
})

test('the words of a dry run: what is created, each step, and what would stop it', async () => {
  const creation = { step: 'creation', would: ['create schema "chat"'], count: null, obstacles: ['app may not create the schema chat'] }
  const steps = [
    { step: 'indexes', would: ['createIndex(a)'], count: 12, obstacles: ['2 documents share a key'] },
    { step: 'up', would: [], count: null, obstacles: [] },
  ]
  const report: DatabaseReport = database({
    state: 'pending',
    isNew: true,
    migrations: ['users@001'],
    creation,
    preview: [{ migration: 'users@001', steps }],
  })
  const lines = await told(['migrate', '--dry-run'], {
    migrate: async () => ({ ...migrateReport('obstructed', [], true), public: report }),
  })
  expect(rows(lines).map((line) => line.trim())).toEqual([
    'Dry run: nothing was changed.',
    '',
    'TENANT | DATABASE | STATE',
    '(public) | chat_public | pending | will be created; 1 migration: users@001',
    '',
    'public (chat_public)',
    '| before the first migration',
    '| creation',
    '| create schema "chat"',
    '| ! app may not create the schema chat',
    '| users@001',
    '| indexes (over 12)',
    '| createIndex(a)',
    '| ! 2 documents share a key',
    '| up',
    '',
    '1 database: 1 pending',
  ])
})

test('the words of a sync of indexes: what is not as declared, what nobody declares, and what was done', async () => {
  const finding = {
    collection: 'users',
    index: 'idx_a',
    verdict: 'differs',
    found: 'idx_a',
    differences: ['unique: declared true, found false'],
  } as const
  const ofPublic = {
    ...database({ state: 'pending' }),
    findings: [
      finding,
      { ...finding, index: 'idx_b', verdict: 'missing', found: null, differences: [] },
      { ...finding, index: 'idx_c', verdict: 'renamed', found: 'old_c', differences: [] },
      { ...finding, index: 'mine', verdict: 'unmanaged', found: 'mine', differences: [] },
    ] as const,
    actions: [{ collection: 'users', index: 'idx_b', action: 'create' as const, would: ['create index idx_b'], obstacles: ['no room'] }],
  }
  const lines = await told(['sync:indexes', '--dry-run'], {
    syncIndexes: async () => ({ verdict: 'obstructed', dryRun: true, public: ofPublic, tenants: [] }),
  })
  expect(rows(lines).map((line) => line.replace(/^ \| /, ''))).toEqual([
    'Dry run: nothing was changed.',
    '',
    'TENANT | DATABASE | STATE',
    '(public) | chat_public | pending | 1 action, 2 of 3 not as declared, 1 undeclared',
    '',
    'public (chat_public)',
    'create users.idx_b',
    'create index idx_b',
    '! no room',
    'differs users.idx_a: unique: declared true, found false',
    'renamed users.idx_c (found: old_c)',
    'unmanaged users.mine',
    '',
    '1 database: 1 pending',
  ])
})

test('the words of a status, and of a program without migrations', async () => {
  const at = new Date('2026-05-02T12:00:00Z')
  const entry = { attempts: 1, startedAt: at, finishedAt: at, libraryVersion: '0.1.0', runBy: null }
  const ledger = [
    { ...entry, id: 'users@001', state: 'applied' as const },
    { ...entry, id: 'users@002', state: 'failed' as const, attempts: 3 },
    { ...entry, id: 'users@003', state: 'applying' as const },
  ]
  const ofPublic = { ...database({ state: 'pending', migrations: ['users@002', 'users@004'] }), ledger }
  const lines = await told(['status'], { status: async () => ({ verdict: 'pending', public: ofPublic, tenants: [] }) })
  expect(rows(lines)[1]).toBe(
    '(public) | chat_public | pending | 1 applied; 2 pending: users@002, users@004; users@002 failed (attempt 3); users@003 applying',
  )
  expect(await told(['list'])).toEqual(['The program has no migrations.'])
})
