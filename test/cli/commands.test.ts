import { describe, expect, test } from 'vitest'
import type { SyncIndexesReport, Verdict } from '../../src/migrator/migrator.js'
import { ConversationStoreError } from '../../src/model/errors.js'
import { database, fakeMigrator, migrateReport } from './fake-migrator.js'
import { run } from './run-in-process.js'

describe('the exit code', () => {
  test.each<[Verdict, number]>([
    ['done', 0],
    ['error', 1],
    ['pending', 0],
    ['locked', 4],
    ['some-failed', 5],
    ['drift', 6],
    ['newer', 57],
  ])('of a run that ended as %s is %i', async (verdict, exitCode) => {
    const { migrator } = fakeMigrator({ migrate: async () => migrateReport(verdict, []) })
    expect((await run(['migrate'], { migrator })).exitCode).toBe(exitCode)
  })

  test('of a status is 3 where something is pending and --check asks', async () => {
    const { migrator } = fakeMigrator({ status: async () => ({ verdict: 'pending', public: null, tenants: [] }) })
    expect((await run(['status', '--check'], { migrator })).exitCode).toBe(3)
    expect((await run(['status'], { migrator })).exitCode).toBe(0)
  })

  test.each([
    [new Error('no route'), 1],
    [new ConversationStoreError('VALIDATION_FAILED', { issues: [] }), 2],
    [new ConversationStoreError('MIGRATION_LOCKED', { database: 'd', holder: 'h', expiresInMs: null }), 4],
    [new ConversationStoreError('MIGRATION_REFUSED', { database: 'd', changed: ['a'], missing: [], outOfOrder: [], newer: [] }), 6],
    [new ConversationStoreError('MIGRATION_REFUSED', { database: 'd', changed: [], missing: [], outOfOrder: [], newer: ['a'] }), 57],
    [new ConversationStoreError('SCHEMA_TOO_NEW', { found: 3, supported: 2 }), 57],
  ])('of %s is %i, and the connections are closed', async (error, exitCode) => {
    const { migrator } = fakeMigrator({
      migrate: async () => {
        throw error
      },
    })
    expect(await run(['migrate'], { migrator })).toMatchObject({ exitCode, closed: 1, stdout: '' })
  })

  test('of a run that was stopped is no success', async () => {
    const { migrator, asked } = fakeMigrator()
    const signal = AbortSignal.abort()
    expect((await run(['migrate'], { migrator, signal })).exitCode).toBe(1)
    expect(asked).toMatchObject([{ options: { signal } }])
  })
})

describe('standard output', () => {
  test('of --json is one document, whatever happens', async () => {
    const failing = fakeMigrator({
      doctor: async () => {
        throw new Error('cannot reach mongodb://admin:hunter2@db.test/')
      },
    }).migrator
    const runs = [
      await run(['migrate', '--json']),
      await run(['list', '--json']),
      await run(['migrate', '--json', '--concurrency=0']),
      await run(['nothing', '--json']),
      await run(['doctor', '--json'], { migrator: failing }),
      await run(['down', '--json', '--yes'], { env: { MIGRATION_LOG_LEVEL: 'loud' } }),
    ]
    const documents = runs.map(({ stdout }) => JSON.parse(stdout))
    expect(documents).toMatchObject([
      { command: 'migrate', exitCode: 0, report: { verdict: 'done' } },
      { command: 'list', exitCode: 0, report: { migrations: [] } },
      { exitCode: 2, error: { code: 'VALIDATION_FAILED' } },
      { command: null, exitCode: 2, error: { code: 'VALIDATION_FAILED' } },
      { command: 'doctor', exitCode: 1, error: { code: 'ERROR', message: 'cannot reach mongodb://***@db.test/' } },
      { exitCode: 2, error: { code: 'VALIDATION_FAILED' } },
    ])
    expect(documents.map(({ exitCode }) => exitCode)).toEqual(runs.map(({ exitCode }) => exitCode))
    expect(runs.map(({ stderr }) => stderr).join()).not.toContain('hunter2')
  })

  test('tells of each database, and of one that failed where and what to run next', async () => {
    const failure = {
      code: 'MIGRATION_FAILED',
      migration: 'users@002',
      step: 'up',
      message: 'it broke\nin two lines',
      next: 'npx conversation-store migrate --tenant=globex',
      details: { groups: [{ key: { email: 'a@b.test' }, count: 2 }] },
    }
    const report = migrateReport('some-failed', [
      database({ tenantId: 'acme', database: 'chat_acme', migrations: ['users@001', 'users@002'] }),
      database({ tenantId: 'globex', database: 'chat_globex', state: 'failed', failure }),
      database({ tenantId: 'new\u001b[2J', database: null, state: 'skipped', why: 'its source knows no database of it' }),
    ])
    const { stdout } = await run(['migrate'], { migrator: fakeMigrator({ migrate: async () => report }).migrator })
    expect(stdout).toMatch(/^acme +chat_acme +applied +2 migrations: users@001, users@002$/m)
    expect(stdout).toMatch(/^new \[2J +- +skipped +its source knows no database of it$/m)
    expect(stdout).toContain(
      'globex (chat_globex)\n  at users@002, step up\n  it broke in two lines\n    2 x {"email":"a@b.test"}\n  next: npx conversation-store migrate --tenant=globex\n',
    )
    expect(stdout).toMatch(/^3 databases: 1 applied, 1 failed, 1 skipped$/m)
  })

  test('of a dry run has statements, counts and obstacles', async () => {
    const steps = [{ step: 'up', would: ['update users'], count: 3, obstacles: ['2 users share an address'] }]
    const report = migrateReport('done', [database({ state: 'pending', preview: [{ migration: 'users@002', steps }] })], true)
    const { stdout } = await run(['migrate', '--dry-run'], { migrator: fakeMigrator({ migrate: async () => report }).migrator })
    expect(stdout).toMatch(/^Dry run: nothing was changed\.\n/)
    expect(stdout).toContain('  users@002\n    up (over 3)\n      update users\n      ! 2 users share an address\n')
  })

  test('of --help and --version asks nothing else', async () => {
    expect(await run(['--help'], { env: { MIGRATION_LOG_LEVEL: 'bad' } })).toMatchObject({ exitCode: 0, settings: null })
    expect((await run(['migrate', '--help'])).stdout).toMatch(/--dry-run +tell what would be run/)
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('a dry run', () => {
  test.each([
    [['migrate', '--dry-run'], {}],
    [['migrate', '--', '--dry-run'], {}],
    [['migrate'], { MIGRATION_DRY_RUN: 'true' }],
    [['down', '--dry-run'], {}],
    [['sync:indexes', '--', '--dry-run'], {}],
    [['sync:indexes'], { MIGRATION_DRY_RUN: '1' }],
  ])('is one as %j with %j, and needs no --yes', async (argv, env) => {
    const { migrator, asked } = fakeMigrator()
    expect((await run(argv, { migrator, env })).exitCode).toBe(0)
    expect(asked).toMatchObject([{ options: { dryRun: true } }])
  })

  test.each([
    ['migrate', 'npm_config_dry_run', 'true', '--dry-run was taken by npm: write `npm run migrate -- --dry-run`'],
    ['migrate', 'npm_config_tenant', 'acme', '--tenant was taken by npm: write `npm run migrate -- --tenant=a,b`'],
    ['migrate', 'npm_config_public_only', 'true', '--public-only was taken by npm: write `npm run migrate -- --public-only`'],
    ['down', 'npm_config_to', '002', '--to was taken by npm: write `npm run down -- --to=version`'],
    ['sync:indexes', 'npm_config_prune', 'true', '--prune was taken by npm: write `npm run sync:indexes -- --prune`'],
  ])('of %s with a flag that npm took for itself (%s) is not run', async (command, variable, value, line) => {
    const { migrator, asked } = fakeMigrator()
    expect(await run([command], { migrator, env: { [variable]: value } })).toMatchObject({
      exitCode: 2,
      stderr: `conversation-store: ${line}\n`,
    })
    expect(asked).toEqual([])
  })

  test('goes on where npm has a setting of its own, or the flag is no flag of the command', async () => {
    const env = { npm_config_yes: 'true', npm_config_platform: 'linux', npm_config_dry_run: 'true', npm_config_prune: 'false' }
    expect((await run(['status'], { env })).exitCode).toBe(0)
    expect((await run(['migrate', '--tenant=a'], { env: { npm_config_tenant: 'b' } })).exitCode).toBe(0)
  })
})

describe('what can not be taken back', () => {
  const dropping: SyncIndexesReport = {
    verdict: 'done',
    dryRun: true,
    public: null,
    tenants: [
      {
        tenantId: 'acme',
        database: 'chat_acme',
        state: 'pending',
        findings: [],
        actions: [
          { collection: 'messages', index: 'idx_old', action: 'drop', would: [], obstacles: [] },
          { collection: 'messages', index: 'idx_new', action: 'create', would: [], obstacles: [] },
        ],
        failure: null,
        why: null,
      },
    ],
  }
  const syncing = () => fakeMigrator({ syncIndexes: async () => dropping })
  const cases = [
    { argv: ['down'], fake: () => fakeMigrator(), question: /^This undoes the last migration of all databases/ },
    { argv: ['down', '--to=0', '--tenant=acme'], fake: () => fakeMigrator(), question: /all that is later than 0 of acme/ },
    { argv: ['sync:indexes', '--prune'], fake: syncing, question: /^This drops 1 index: chat_acme\.messages\.idx_old\./ },
    { argv: ['lock', 'break', 'chat_acme'], fake: () => fakeMigrator(), question: /^This takes the lock of chat_acme/ },
  ]

  /** Returns the calls of the migrator that did more than look. */
  const done = ({ asked }: ReturnType<typeof fakeMigrator>) =>
    asked.filter(({ options }) => typeof options === 'string' || (options as { dryRun?: boolean }).dryRun !== true)

  test.each(cases)('$argv is refused where nobody can be asked', async ({ argv, fake }) => {
    const each = fake()
    const { exitCode, stderr } = await run(argv, { migrator: each.migrator })
    expect([exitCode, done(each)]).toEqual([2, []])
    expect(stderr).toContain('--yes is needed')
  })

  test.each(cases)('$argv asks on a terminal', async ({ argv, fake, question }) => {
    const refused = fake()
    const no = await run(argv, { migrator: refused.migrator, answer: 'no' })
    expect([no.exitCode, done(refused)]).toEqual([1, []])
    expect(no.questions).toHaveLength(1)
    expect(no.questions[0]).toMatch(question)
    const taken = fake()
    expect((await run(argv, { migrator: taken.migrator, answer: 'yes' })).exitCode).toBe(0)
    expect(done(taken)).toHaveLength(1)
  })

  test.each(cases)('$argv is done with --yes, unasked', async ({ argv, fake }) => {
    const each = fake()
    const { exitCode, questions } = await run([...argv, '--yes'], { migrator: each.migrator, answer: 'no' })
    expect([exitCode, questions, done(each).length]).toEqual([0, [], 1])
  })

  test('does not hold up indexes that are only made', async () => {
    const each = fakeMigrator()
    expect((await run(['sync:indexes'], { migrator: each.migrator })).exitCode).toBe(0)
    expect(done(each)).toHaveLength(1)
  })
})

test('flags reach the migrator', async () => {
  const { migrator, asked } = fakeMigrator()
  await run(['migrate', '--tenant=a,b', '--collection=messages', '--to=2', '--lock-wait=0', '--on-error=stop', '--index-set=store'], {
    migrator,
  })
  await run(['status', '--retry-failed'], { migrator })
  await run(['lock', 'break', 'chat_acme', '--yes'], { migrator })
  expect(asked).toMatchObject([
    {
      method: 'migrate',
      options: { tenants: ['a', 'b'], collection: 'messages', to: '2', lockWaitMs: 0, onError: 'stop', indexSet: 'store', concurrency: 4 },
    },
    { method: 'status', options: { retryFailed: true } },
    { method: 'breakLock', options: 'chat_acme' },
  ])
})
