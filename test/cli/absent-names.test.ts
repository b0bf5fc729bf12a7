import { expect, test } from 'vitest'
import type { DatabaseReport, Migrator, Progress } from '../../src/migrator/migrator.js'
import { database, fakeMigrator, migrateReport } from './fake-migrator.js'
import { run } from './run-in-process.js'

const failure = { code: 'X', migration: null, step: null, message: 'no way to it', next: 'n', details: null }
const absent: readonly DatabaseReport[] = [
  database({ database: null, state: 'failed', failure }),
  database({ tenantId: 'acme', database: null, state: 'skipped', why: 'its source knows no database of it' }),
  database({ tenantId: 'umbrella', state: 'failed', failure: { ...failure, migration: '@001' } }),
]

/** A migrator that reports databases without names, and failures without a place. */
function absentMigrator(): Migrator {
  const [ofPublic = null, ...tenants] = absent
  const report = { ...migrateReport('error', tenants), public: ofPublic }
  const nowhere = { migration: null, step: null, rows: null, build: null, finished: 0, expected: null }
  const told = absent.map(({ tenantId, database, state }): Progress => ({ ...nowhere, tenantId, database: database ?? '', state }))
  const indexes = absent.map((each) => ({ ...each, findings: [], actions: [] }))
  const statuses = absent.map((each) => ({ ...each, ledger: [] }))
  return fakeMigrator({
    migrate: async (options) => {
      for (const each of told) options?.onProgress?.(each)
      return report
    },
    down: async () => report,
    resolve: async () => report,
    baseline: async () => report,
    syncIndexes: async () => ({ verdict: 'error', dryRun: false, public: indexes[0] ?? null, tenants: indexes.slice(1) }),
    status: async () => ({ verdict: 'error', public: statuses[0] ?? null, tenants: statuses.slice(1) }),
    list: () => [
      {
        id: '@001',
        name: '001-users',
        description: '',
        collection: '',
        version: '001',
        isPublic: false,
        isTenant: false,
        steps: [],
        checksum: '',
      },
    ],
    showLocks: async () => [{ tenantId: null, database: '', holder: '', since: null, expiresInMs: null }],
  }).migrator
}

const store = { DATABASE_URL: 'postgres://db.test/chat' }

test.each(
  [
    ['migrate'],
    ['migrate', '--dry-run'],
    ['down', '--yes'],
    ['resolve', '@001', '--forget', '--yes'],
    ['baseline', '--to=001', '--yes'],
    ['sync:indexes'],
    ['status'],
    ['history'],
    ['list'],
    ['lock', 'show'],
    ['lock', 'break', 'chat', '--yes'],
    ['doctor'],
  ].flatMap((argv) => [[argv, {}] as const, ...(argv.includes('doctor') ? [] : [[argv, store] as const])]),
)('%j with %j says in words what has no name, and leaves no sign of it', async (argv, env) => {
  const { stdout, stderr } = await run(argv, { env, migrator: absentMigrator() })
  expect(stdout).not.toBe('')
  for (const line of `${stdout}${stderr}`.split('\n')) expect(line).not.toMatch(/(^|\s)-?:|-:|\(\)|\bnull\b|\bundefined\b|,\s*$|: $|:\s+\[/)
})

test.each([['-'], ['migrate', '-'], ['migrate', ''], ['migrate', '--tenant='], ['--'], [''], ['resolve', ''], ['lock']])(
  '%j is refused by a line that begins with words',
  async (...argv) => {
    const { exitCode, stderr } = await run(argv)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^conversation-store: [\w-]/)
    expect(stderr).not.toMatch(/(^|\s)-?:|-:/)
  },
)
