import { describe, expect, test } from 'vitest'
import { run, scratchDirectory } from './run-in-process.js'

const mongo = { MONGODB_URI: 'mongodb://db.test:27017/chat' }
const postgres = { DATABASE_URL: 'postgres://db.test/chat' }

/** What is said of a run with this configuration, to which `argv` and the environment belong. */
async function refusal(
  config: string | null,
  env: Readonly<Record<string, string>>,
  argv: readonly string[] = ['migrate'],
): Promise<string> {
  const directory = config === null ? {} : { directory: await scratchDirectory({ 'conversation-store.config.mjs': config }) }
  const { exitCode, stderr, settings } = await run(argv, { ...directory, env })
  expect([exitCode, settings]).toEqual([2, null])
  return stderr.trimEnd().replace('conversation-store: ', '')
}

const of = (fields: string) => `export const config = { ${fields} }`
const otherEngine = 'is of another engine than the rest of the configuration; give MONGODB_URI for mongo, or DATABASE_URL for postgres'

describe('what does not fit the engine is refused by its name:', () => {
  test.each([
    [of('publicSchema: "p"'), mongo, 'conversation-store.config: publicSchema is for postgres; give publicDatabase'],
    [of('publicDatabase: "p"'), postgres, 'conversation-store.config: publicDatabase is for mongo; give publicSchema'],
    [of('collectionPrefix: "c_"'), postgres, 'collectionPrefix is for mongo; give tablePrefix'],
    [of('schema: "s"'), mongo, 'schema, tablePrefix and partitions are for postgres; on mongo the URL names the database'],
    [of('engine: "mongo"'), postgres, `DATABASE_URL ${otherEngine}`],
    [of('engine: "postgres"'), mongo, `MONGODB_URI ${otherEngine}`],
    [of('engine: "postgres", url: "mongodb://db.test/chat"'), {}, `conversation-store.config: url ${otherEngine}`],
  ])('%s with %j', async (config, env, words) => {
    expect(await refusal(config, env)).toBe(words)
  })
})

describe('what does not fit a platform, or a store alone, is refused by its name:', () => {
  test.each([
    [of('collectionPrefix: "c_"'), mongo, 'collectionPrefix is for a store alone; in a platform each tenant has a database of its own'],
    [
      of('tablePrefix: "c_"'),
      postgres,
      'schema, tablePrefix and partitions are for a store alone; a platform has publicSchema, and its tenants name theirs',
    ],
  ])('%s with %j', async (config, env, words) => {
    expect(await refusal(config, env, ['migrate', '--platform'])).toBe(words)
  })

  test('a server of MongoDB without the name of a database', async () => {
    expect(await refusal(null, { MONGODB_URI: 'mongodb://db.test:27017' })).toBe(
      'MONGODB_URI must name the database of the store: mongodb://host:27017/database; or give --platform for a public database with tenants',
    )
  })
})

test.each([
  [of('minPoolSize: 5, maxPoolSize: 2'), mongo, 'MONGODB_MIN_POOL_SIZE must not be over MONGODB_MAX_POOL_SIZE'],
  ['export const settings = {}', mongo, 'conversation-store.config.mjs must export its configuration as `config`, or by default'],
  [of('migrations: 7, platform: true'), mongo, 'conversation-store.config: migrations must be an array of migrations'],
  [of('dryRun: "yes"'), mongo, 'conversation-store.config: dryRun must be true or false'],
])('%s is refused', async (config, env, words) => {
  expect(await refusal(config, env)).toBe(words)
})

test('a choice that contradicts itself is refused', async () => {
  const { createMigrator } = await import('../../src/migrator/create-migrator.js')
  const migrator = createMigrator({ databases: { engine: 'postgres', migrations: [] } as never })
  for (const other of [{ tenantsOnly: true }, { tenants: ['acme'] }, { retryFailed: true }])
    await expect(migrator.migrate({ publicOnly: true, ...other })).rejects.toThrow(
      'publicOnly: leaves out the tenants, which tenantsOnly, tenants and retryFailed ask for: choose one',
    )
})
