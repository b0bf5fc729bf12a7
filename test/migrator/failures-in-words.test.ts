import { describe, expect, test } from 'vitest'
import { failureOf } from '../../src/migrator/database-failure.js'
import type { MigrationDatabases } from '../../src/migrator/databases.js'
import type { IndexAction } from '../../src/migrator/kernel/index-findings.js'
import type { Migration } from '../../src/migrator/kernel/migration.js'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import { silentLogger } from '../../src/migrator/kernel/silent-logger.js'
import type { MigrationTarget } from '../../src/migrator/kernel/target.js'
import { syncIndexes } from '../../src/migrator/sync-indexes.js'
import { ConversationStoreError } from '../../src/model/errors.js'
import { migrationFailure as onMongo } from '../../src/mongo/migrator/failures.js'
import { migrationFailure as onPostgres } from '../../src/postgres/migrator/failures.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { emptyDatabase, migration as mongoMigration, run as mongoRun } from '../mongo/migration-runs.js'
import { migration as postgresMigration, scratchTarget } from '../postgres/migrate-target.js'

const platform = { storeAlone: undefined }
const locked = new ConversationStoreError('MIGRATION_LOCKED', { database: 'chat acme', holder: 'h', expiresInMs: null })
const refused = new ConversationStoreError('MIGRATION_REFUSED', { database: 'd', changed: ['a'], missing: [], outOfOrder: [], newer: [] })
const conflict = new ConversationStoreError('INDEX_CONFLICT', {
  database: 'd',
  collection: 'c',
  index: 'i',
  found: 'j',
  differences: ['unique'],
})
const duplicates = new ConversationStoreError('DUPLICATE_KEYS', {
  database: 'd',
  collection: 'c',
  index: 'i',
  fields: ['a'],
  groups: [],
  totalGroups: 1,
  totalDocuments: 2,
  query: 'db.c.find()',
})
const blocked = new ConversationStoreError('SCHEMA_CHANGE_BLOCKED', { database: 'd', object: 'table t', attempts: 6, blockers: [] })
const program = 'npx conversation-store'

describe('the command that a failure recommends', () => {
  test.each([
    ['migrate', [], 'it failed', null, `${program} migrate --public-only`],
    ['migrate', ['--to=002'], 'it failed', 'acme', `${program} migrate --tenant=acme --to=002`],
    ['down', ['--to=0'], 'it failed', "a'b", `${program} down --tenant='a'\\''b' --to=0`],
    ['sync:indexes', ['--prune'], 'it failed', 'acme', `${program} sync:indexes --tenant=acme --prune`],
    ['status', [], 'it failed', null, `${program} status --public-only`],
    ['down', [], locked, 'acme', `${program} lock show 'chat acme'`],
    ['migrate', [], refused, 'acme', `${program} status --tenant=acme`],
    ['migrate', [], conflict, null, `${program} sync:indexes --dry-run --public-only`],
    ['sync:indexes', [], duplicates, null, `${program} sync:indexes --public-only`],
  ] as const)('%s %j fits: %s', (command, flags, error, tenantId, next) => {
    const thrown = typeof error === 'string' ? new Error(error) : error
    expect(failureOf(thrown, tenantId, { ...platform, command, flags }).next).toBe(next)
  })

  test('chooses a store alone as it was chosen', () => {
    const storeAlone = { flags: ['--schema=chat'] }
    const next = (error: Error, flags: readonly string[] = []) => failureOf(error, null, { command: 'migrate', flags, storeAlone }).next
    expect(next(new Error('x'), ['--index-set=store', '--to=002'])).toBe(`${program} migrate --schema=chat --to=002`)
    expect(next(refused)).toBe(`${program} status --schema=chat`)
    expect(next(locked)).toBe(`${program} lock show 'chat acme' --schema=chat`)
  })
})

describe.each([
  ['MongoDB', onMongo as typeof onPostgres],
  ['PostgreSQL', onPostgres],
])('on %s, an error of an index or an object', (_, failure) => {
  const migration = { owner: 'host', collection: 'users', version: '002', name: 'n' } as Migration
  test.each([duplicates, conflict, blocked])('names the migration and the step: %s', (error) => {
    const placed = failure(error, 'd', migration, 'index i')
    expect(placed).toMatchObject({ code: error.code, details: { ...error.details, migration: 'users@002', step: 'index i' } })
    expect(placed.message.startsWith(`${error.code}: users@002 failed at the step index i: `)).toBe(true)
    expect(failureOf(placed, null, { ...platform, command: 'migrate' })).toMatchObject({ migration: 'users@002', step: 'index i' })
  })
})

describe('a migration that is told to stop and throws what it likes', () => {
  const stop = () => {
    const controller = new AbortController()
    const up = async () => {
      controller.abort()
      throw new Error('interrupted')
    }
    return { up, signal: controller.signal }
  }

  test.skipIf(isServerAbsent('postgres'))('is ABORTED on PostgreSQL, and begins again', async () => {
    const { up, signal } = stop()
    const target = scratchTarget().target(postgresMigration({ id: '001-users', up }))
    const run = { indexSet: 'platform', lockWaitMs: 10_000, signal, logger: silentLogger, batchSize: 10, allowOutOfOrder: false }
    await expect(migrateTarget(target, run)).rejects.toMatchObject({ code: 'ABORTED' })
    expect((await target.readLedger()).entries.filter(({ state }) => state === 'failed')).toEqual([])
  })

  test.skipIf(isServerAbsent('mongoReplicaSet'))('is ABORTED on MongoDB, and begins again', async () => {
    await using database = await emptyDatabase(serverUrl('mongoReplicaSet'))
    const { up, signal } = stop()
    const target = database.target([mongoMigration({ up })])
    await expect(migrateTarget(target, { ...mongoRun(), signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect((await target.readLedger()).entries.filter(({ state }) => state === 'failed')).toEqual([])
  })
})

test('a sync of indexes that fails reports what was done, and not what was planned', async () => {
  const action = (index: string): IndexAction => ({ collection: 'c', index, action: 'create', would: [], obstacles: [] })
  const target = {
    database: 'd',
    migrations: [],
    readLedger: async () => ({ entries: [] }),
    compareIndexes: async () => [],
    previewIndexes: async () => [action('first'), action('second')],
    lock: async () => ({
      signal: new AbortController().signal,
      readLedger: async () => ({ entries: [] }),
      release: async () => {},
      syncIndexes: async (_: unknown, { onAction }: { onAction?: (done: IndexAction) => void }) => {
        onAction?.(action('first'))
        throw duplicates
      },
    }),
  } as unknown as MigrationTarget
  const databases = { engine: 'mongo', migrations: [], publicTarget: target } as unknown as MigrationDatabases
  const report = await syncIndexes({ databases, logger: silentLogger }, { publicOnly: true })
  expect(report).toMatchObject({ verdict: 'error', public: { state: 'failed', actions: [{ index: 'first' }] } })
  expect(report.public?.actions).toHaveLength(1)
})
