import { describe, expect, test } from 'vitest'
import { parseArguments } from '../../src/cli/arguments.js'
import { usageLine } from '../../src/cli/usage-error.js'

describe('a command line', () => {
  test('names a command and its flags, each of its type', () => {
    const { command, flags } = parseArguments([
      'migrate',
      '--dry-run',
      '--tenant=acme,globex',
      '--collection=messages',
      '--to=002',
      '--concurrency=8',
      '--on-error=stop',
      '--retry-failed',
      '--lock-wait=2m',
      '--index-set=store',
      '--batch-size=500',
      '--allow-out-of-order',
      '--yes',
      '--json',
    ])
    expect(command?.name).toBe('migrate')
    expect(flags).toEqual({
      tenantIds: ['acme', 'globex'],
      collection: 'messages',
      to: '002',
      retryFailed: true,
      allowOutOfOrder: true,
      yes: true,
      json: true,
      dryRun: true,
      concurrency: 8,
      onError: 'stop',
      lockWaitMs: 120_000,
      indexSet: 'store',
      batchSize: 500,
    })
  })

  test.each([[['migrate', '--', '--dry-run']], [['--', 'migrate', '--dry-run']], [['--dry-run', 'migrate']], [['migrate', '--dry-run']]])(
    'is a dry run as %j',
    (argv) => {
      const { command, flags } = parseArguments(argv)
      expect([command?.name, flags.dryRun]).toEqual(['migrate', true])
    },
  )

  test('of a lock takes the words of the lock alone', () => {
    expect(parseArguments(['lock', 'break', 'chat_acme', '--yes'])).toMatchObject({ command: { name: 'lock break' }, words: ['chat_acme'] })
    expect(parseArguments(['lock', 'show'])).toMatchObject({ command: { name: 'lock show' }, words: [] })
    expect(parseArguments(['lock', 'show', '--', '--json'])).toMatchObject({ command: { name: 'lock show' }, flags: { json: true } })
    expect(parseArguments(['lock', 'show', 'chat_acme'])).toMatchObject({ command: { name: 'lock show' }, words: ['chat_acme'] })
  })

  test('of a swap names the indexes', () => {
    expect(parseArguments(['adopt', 'swap-index', '--old-index=OneEach', '--new-index=one_active', '--apply'])).toMatchObject({
      command: { name: 'adopt swap-index' },
      flags: { oldIndex: 'OneEach', newIndex: 'one_active', apply: true },
    })
  })

  test('gathers tenants that are named apart, each once', () => {
    expect(parseArguments(['status', '--tenant=a,b', '--tenant', 'b,c']).flags.tenantIds).toEqual(['a', 'b', 'c'])
  })

  test.each([
    ['0', 0],
    ['5', 5_000],
    ['500ms', 500],
    ['30s', 30_000],
    ['60m', 3_600_000],
  ])('waits for a lock %s', (given, ms) => {
    expect(parseArguments(['migrate', `--lock-wait=${given}`]).flags.lockWaitMs).toBe(ms)
  })
})

describe('a command line is refused, with what is allowed', () => {
  test.each([
    [
      [],
      /^a command is needed: migrate, down, resolve, baseline, sync:indexes, list, status, history, doctor, lock show, lock break, webhooks list, webhooks show, webhooks replay, sync, sync status, sync locks, sync unlock, sync remove, sync restore, inbox-migration preview, inbox-migration start, inbox-migration convert, inbox-migration status, inbox-migration watch, inbox-migration cancel, inbox-migration undo, inbox-migration work, adopt accounts, adopt verify, adopt swap-index, adopt allow-closed, adopt merge-duplicates, adopt locking or adopt import$/,
    ],
    [['migarte'], /^migarte is no command; there are migrate, /],
    [['lock'], /^lock is no command; .* lock show, lock break, .*$/],
    [['lock', 'braek', 'x'], /^lock braek is no command/],
    [['toString'], /^toString is no command/],
    [['migrate', '--dryrun'], /^--dryrun is no flag; there are --dry-run, /],
    [['migrate', '--__proto__=1'], /is no flag/],
    [['migrate', '-n'], /^-n is no flag/],
    [['migrate', '--check'], /^--check is no flag of migrate, which takes --public-only, /],
    [['status', '--dry-run'], /^--dry-run is no flag of status, which takes .*--check/],
    [['migrate', '--dry-run=false'], /^--dry-run takes no value$/],
    [['migrate', '--tenant', '--dry-run'], /^--tenant needs a value: --tenant=a,b$/],
    [['migrate', '--tenant'], /^--tenant needs a value/],
    [['migrate', '--tenant=a,,b'], /tenant must be ids with commas between/],
    [['migrate', '--tenant='], /tenant must be ids/],
    [['migrate', '--to='], /to must not be empty/],
    [['migrate', '--to=1', '--to=2'], /^--to was given more than once$/],
    [['migrate', '--concurrency=0'], /concurrency must be a whole number from 1 to 100$/],
    [['migrate', '--concurrency=1e2'], /concurrency must be a whole number/],
    [['migrate', '--on-error=ignore'], /on-error must be continue or stop$/],
    [['migrate', '--lock-wait=60000'], /lock-wait must be seconds from 0 to 3600, or a number with its unit/],
    [['migrate', '--lock-wait=soon'], /lock-wait must be seconds/],
    [['migrate', '--index-set=all'], /index-set must be store or platform$/],
    [['migrate', '--public-only', '--tenant=a'], /^--public-only contradicts --tenant/],
    [['migrate', '--public-only', '--tenants-only'], /contradicts/],
    [['migrate', '--dry-run', '--no-dry-run'], /contradicts/],
    [['adopt', 'accounts', '--new-index=a'], /^--new-index is no flag of adopt accounts, which takes /],
    [['adopt', 'swap-index', '--old-index'], /^--old-index needs a value: --old-index=name$/],
    [['lock', 'break'], /^lock break needs the name of a database$/],
    [['lock', 'break', ''], /^lock break needs the name of a database$/],
    [['lock', 'break', 'a', 'b'], /^b is a word too many: lock break takes a database and flags$/],
  ])('%j', (argv, line) => {
    expect(usageOf(argv)).toMatch(line)
  })

  // A flag that is missed here would turn a dry run into a real one.
  test.each([
    [['migrate', 'dry-run']],
    [['migrate', '--json', '--', '--dry-run']],
    [['migrate', '--', '--', '--dry-run']],
    [['migrate', '--', 'acme']],
    [['migrate', '--dry-run', '--']],
    [['status', 'acme']],
  ])('%j, for a word that belongs to no command', (argv) => {
    expect(usageOf(argv)).toMatch(/a word too many: \w+ takes flags alone|^-- may only stand before the first flag/)
  })

  test('without repeating what may be a connection string', () => {
    expect(usageOf(['migrate', 'mongodb://admin:hunter2@db/'])).toMatch(/^a word is a word too many/)
    expect(usageOf(['mongodb://admin:hunter2@db/'])).not.toContain('hunter2')
    expect(usageOf(['migrate', '--concurrency=hunter2'])).not.toContain('hunter2')
  })
})

function usageOf(argv: readonly string[]): string {
  try {
    parseArguments(argv)
  } catch (error) {
    const line = usageLine(error)
    if (line !== null) return line
    throw error
  }
  throw new Error(`${argv.join(' ')} was taken`)
}
