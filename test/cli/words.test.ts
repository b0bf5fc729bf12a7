import { describe, expect, test } from 'vitest'
import { database, fakeMigrator, migrateReport } from './fake-migrator.js'
import { run } from './run-in-process.js'

describe('help', () => {
  test.each([
    [['-h'], /^conversation-store <command> \[flags\]\n/],
    [['help'], /^conversation-store <command> \[flags\]\n/],
    [['lock', '--help'], /^conversation-store <command> \[flags\]\n/],
    [['migrate', '-h'], /^conversation-store migrate \[flags\]: /],
    [['help', 'migrate'], /^conversation-store migrate \[flags\]: /],
    [['lock', 'break', '--help'], /^conversation-store lock break <database> \[flags\]: take the lock/],
    [['help', 'lock', 'break'], /^conversation-store lock break <database> \[flags\]: take the lock/],
    [['webhooks', 'show', '-h'], /^conversation-store webhooks show <id> \[flags\]: /],
    [['down', '--help'], /--to=version +undo all that is later than this version, which stays; 0: everything/],
    [['migrate', '--help'], /--to=version +up to this version, itself included/],
    [['-v'], /^\d+\.\d+\.\d+\n$/],
    [['lock', 'break', '-v'], /^\d+\.\d+\.\d+\n$/],
  ])('answers %j', async (argv, text) => {
    expect(await run(argv)).toMatchObject({ exitCode: 0, settings: null, stdout: expect.stringMatching(text), stderr: '' })
  })
})

describe('the report of a source of tenants that failed', () => {
  const failing = (failure: string) => {
    const ofPublic = database({
      state: 'failed',
      failure: { code: 'UNAVAILABLE', migration: null, step: null, message: 'no way to db.test', next: 'n', details: null },
    })
    const report = { ...migrateReport('error', []), public: ofPublic, sourceFailure: { code: 'ERROR', message: failure, details: null } }
    return fakeMigrator({ migrate: async () => report }).migrator
  }

  test('says so below what was done', async () => {
    const { exitCode, stdout } = await run(['migrate'], { migrator: failing('the registry at https://u:hunter2@r.test is down') })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('\n\nThe tenants could not be listed: the registry at https://***@r.test is down\n\n')
  })

  test('says nothing twice', async () => {
    const { stdout } = await run(['migrate'], { migrator: failing('no way to db.test') })
    expect(stdout.match(/no way to db\.test/g)).toHaveLength(1)
    expect(stdout).toContain('\n\nThe tenants could not be listed either.\n\n')
  })
})

test('an error without words of its own is told as one', async () => {
  const failing = (error: Error) => fakeMigrator({ doctor: () => Promise.reject(error) }).migrator
  const stderr = async (error: Error) => (await run(['doctor'], { migrator: failing(error) })).stderr
  expect(await stderr(new Error(''))).toBe('conversation-store: an error without a message\n')
  const several = new AggregateError([new Error('db1 is away'), new Error('db2 at postgres://u:hunter2@db2 is away')])
  expect(await stderr(several)).toBe('conversation-store: db1 is away; db2 at postgres://***@db2 is away\n')
})

test('history tells when each migration was run, and how long it took', async () => {
  const ledger = [
    {
      id: 'users@001',
      state: 'applied' as const,
      attempts: 2,
      startedAt: new Date('2026-05-02T12:00:00Z'),
      finishedAt: new Date('2026-05-02T12:00:01.500Z'),
      libraryVersion: '0.1.0',
      runBy: 'app-7f:12',
    },
    {
      id: 'users@002',
      state: 'failed' as const,
      attempts: 1,
      startedAt: new Date('2026-05-02T12:01:00Z'),
      finishedAt: null,
      libraryVersion: '0.1.0',
      runBy: null,
    },
  ]
  const status = async () => ({
    verdict: 'done' as const,
    public: { ...database(), ledger },
    tenants: [{ ...database({ tenantId: 'acme' }), ledger: [] }],
  })
  const { exitCode, stdout } = await run(['history'], { migrator: fakeMigrator({ status }).migrator })
  expect(exitCode).toBe(0)
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replaceAll(/ {2,}/g, ' | ')),
  ).toEqual([
    'TENANT | DATABASE | MIGRATION | STATE | BEGUN | TOOK | ATTEMPTS | LIBRARY | RUN BY',
    '(public) | chat_public | users@001 | applied | 2026-05-02T12:00:00.000Z | 1.5 s | 2 | 0.1.0 | app-7f:12',
    '(public) | chat_public | users@002 | failed | 2026-05-02T12:01:00.000Z | - | 1 | 0.1.0 | -',
    'acme | chat_public | nothing was ever run here',
  ])
})
