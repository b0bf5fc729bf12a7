import { describe, expect, test } from 'vitest'
import type { SchemaReport } from '../../src/store/schema-port.js'
import { fakeMigrator, migrateReport } from './fake-migrator.js'
import { type Circumstances, run, scratchDirectory } from './run-in-process.js'

const mongo = { MONGODB_URI: 'mongodb://db.test:27017/chat' }
const nothing = { MONGODB_URI: '' }
const postgres = { DATABASE_URL: 'postgres://db.test/chat' }

describe('what a command is about', () => {
  test.each([
    [mongo, '{}', [], 'store'],
    [postgres, '{}', [], 'store'],
    [postgres, "{ syncSource: () => null, url: 'postgres://db.test/chat', batchSize: 7 }", [], 'store'],
    [postgres, '{}', ['--platform'], 'platform'],
    [postgres, '{ platform: true }', [], 'platform'],
    [postgres, '{ platform: false, migrations: [] }', [], 'store'],
    [postgres, "{ publicSchema: 'shop' }", [], 'platform'],
    [mongo, "{ publicDatabase: 'shop' }", [], 'platform'],
    [mongo, '{ migrations: [] }', [], 'platform'],
    [mongo, '{ tenants: {} }', [], 'platform'],
    [{ ...mongo, MONGODB_PUBLIC_DATABASE: 'shop' }, '{}', [], 'platform'],
    [{ ...postgres, MONGODB_PUBLIC_DATABASE: 'shop' }, '{}', [], 'store'],
    [mongo, '{}', ['--public-only'], 'platform'],
    [mongo, '{}', ['--tenants-only'], 'platform'],
    [mongo, '{}', ['--tenant=acme'], 'platform'],
    [mongo, '{}', ['--retry-failed'], 'platform'],
    [{ MONGODB_URI: 'mongodb://db.test:27017' }, '{}', ['--platform'], 'platform'],
  ])('with %j, %s and %j', async (env, config, flags, scope) => {
    const directory = await scratchDirectory({ 'conversation-store.config.mjs': `export const config = ${config}` })
    const { settings, stderr } = await run(['migrate', ...flags], { directory, env })
    expect(settings?.scope, stderr).toBe(scope)
  })

  test.each([
    [nothing, '{}', [], 'set DATABASE_URL or MONGODB_URI: postgres://host:5432/database, mongodb://host:27017/database'],
    [nothing, "{ engine: 'mongo' }", [], 'MONGODB_URI is needed for mongo: mongodb://host:27017/database'],
    [nothing, "{ engine: 'postgres' }", [], 'DATABASE_URL is needed for postgres: postgres://host:5432/database'],
    [
      { MONGODB_URI: 'mongodb://u:secret@db.test:27017/?replicaSet=rs0' },
      '{}',
      [],
      'MONGODB_URI must name the database of the store: mongodb://host:27017/database; or give --platform for a public database with tenants',
    ],
    [
      mongo,
      '{ platform: false }',
      ['--tenant=a'],
      '--tenant is for a platform with tenants, and conversation-store.config says `platform: false`',
    ],
    [mongo, '{}', ['--concurrency=8'], '--concurrency is for a platform with tenants; give --platform, or leave it out'],
    [mongo, '{}', ['--on-error=stop'], '--on-error is for a platform with tenants; give --platform, or leave it out'],
    [mongo, '{}', ['--index-set=platform'], '--index-set=platform is for a platform with tenants; give --platform, or leave it out'],
    [
      mongo,
      '{ platform: true }',
      ['--collection-prefix=a_'],
      'collectionPrefix is for a store alone; in a platform each tenant has a database of its own',
    ],
    [mongo, '{}', ['--schema=chat'], 'schema, tablePrefix and partitions are for postgres; on mongo the URL names the database'],
    [
      postgres,
      '{}',
      ['--platform', '--schema=chat'],
      'schema, tablePrefix and partitions are for a store alone; a platform has publicSchema, and its tenants name theirs',
    ],
  ])('is refused with %j, %s and %j', async (env, config, flags, line) => {
    const directory = await scratchDirectory({ 'conversation-store.config.mjs': `export const config = ${config}` })
    const { exitCode, stderr, settings } = await run(['migrate', ...flags], { directory, env })
    expect([exitCode, settings]).toEqual([2, null])
    expect(stderr).toBe(`conversation-store: ${line}\n`)
  })
})

describe('a store alone', () => {
  const alone = (argv: readonly string[], circumstances: Circumstances) => run(argv, { env: mongo, ...circumstances })
  const lacking = async (): Promise<SchemaReport> => ({ ok: false, schema: 85, missing: ['table inboxes', 'index idx_a'], different: [] })
  const whole = async (): Promise<SchemaReport> => ({ ok: true, schema: 85, missing: [], different: [] })

  test('is not said to be done when the store lacks something all the same', async () => {
    const { exitCode, stdout } = await alone(['migrate'], { checkSchema: lacking })
    expect(exitCode).toBe(6)
    expect(stdout).toMatch(
      /^The store can not work yet\. It lacks table inboxes, index idx_a: somebody has dropped it since it was made; `conversation-store sync:indexes` makes indexes again, the rest comes from a backup\.$/m,
    )
    expect((await alone(['status', '--check'], { checkSchema: lacking })).exitCode).toBe(6)
    expect(JSON.parse((await alone(['migrate', '--json'], { checkSchema: lacking })).stdout)).toMatchObject({
      exitCode: 6,
      report: { schema: { missing: ['table inboxes', 'index idx_a'] } },
    })
  })

  test('is pending when only a part was to be run', async () => {
    const { exitCode, stdout } = await alone(['migrate', '--to=002'], { checkSchema: lacking })
    expect(exitCode).toBe(3)
    expect(stdout).toMatch(/It lacks table inboxes, index idx_a: the rest comes with `conversation-store migrate`\.$/m)
  })

  test('is done when nothing is missing, and is not looked at after a failure or for a dry run', async () => {
    expect((await alone(['migrate'], { checkSchema: whole })).exitCode).toBe(0)
    const { migrator } = fakeMigrator({ migrate: async () => migrateReport('error', []) })
    expect((await alone(['migrate'], { checkSchema: lacking, migrator })).exitCode).toBe(1)
    expect((await alone(['migrate', '--dry-run'], { checkSchema: lacking })).exitCode).toBe(0)
  })

  test('tells the unique indexes that are in the way of its writes', async () => {
    const foreign = ['old, unique on conversations (oa_id)', 'one_text, unique on messages_p0 (text)']
    const hindered = async () => ({ ...(await whole()), ok: false, foreign })
    for (const argv of [['migrate'], ['status', '--check']]) {
      const told = await alone(argv, { checkSchema: hindered })
      expect(told.exitCode).toBe(0)
      expect(told.stdout).toContain(
        "\n\nNot the store's, and in the way of its writes: old, unique on conversations (oa_id); one_text, unique on messages_p0 (text). Drop what is named.\n",
      )
    }
  })
})
