import { mkdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { readEnvironment } from '../../src/cli/options/read-options.js'
import { runOptions } from '../../src/cli/options/run-options.js'
import type { MongoSettings } from '../../src/cli/settings.js'
import { usualTtlMs } from '../../src/mongo/migrator/target.js'
import { clientOptions } from '../../src/opening/migration-connections.js'
import { run, scratchDirectory } from './run-in-process.js'

const mongoUrl = 'mongodb://db.test:27017/chat'

describe('configuration', () => {
  test('has defaults for all of it', async () => {
    const { settings } = await run(['list', '--platform'])
    expect(settings).toMatchObject({
      scope: 'platform',
      server: { engine: 'mongo', url: 'mongodb://db.test:27017', publicDatabase: 'chat_public' },
      indexSet: 'platform',
      concurrency: 4,
      onError: 'continue',
      lockWaitMs: 60_000,
      batchSize: 100,
      dryRun: false,
      logLevel: 'info',
    })
  })

  test('is taken from flags before the environment before .env before the file before the defaults', async () => {
    const file = "export const config = { batchSize: 1, publicDatabase: 'of_file', logLevel: 'warn', concurrency: 2, dryRun: true }"
    const directory = await scratchDirectory({
      'conversation-store.config.mjs': file,
      '.env': 'MONGODB_URI=mongodb://db.test:27017\nMIGRATION_BATCH_SIZE=2\nMONGODB_PUBLIC_DATABASE=of_dot_env\nMONGODB_MAX_POOL_SIZE=20\n',
    })
    const env = { MONGODB_URI: mongoUrl, MIGRATION_BATCH_SIZE: '3', MONGODB_PUBLIC_DATABASE: 'of_environment' }
    expect((await run(['migrate', '--batch-size=4'], { directory, env })).settings).toMatchObject({
      batchSize: 4,
      server: { publicDatabase: 'of_environment', maxPoolSize: 20 },
      logLevel: 'warn',
      concurrency: 2,
      dryRun: true,
    })
    expect((await run(['migrate', '--no-dry-run'], { directory, env })).settings).toMatchObject({ batchSize: 3, dryRun: false })
    expect((await run(['migrate'], { directory, env: { DATABASE_URL: '' } })).settings).toMatchObject({
      batchSize: 2,
      server: { publicDatabase: 'of_dot_env' },
    })
    const without = await scratchDirectory({ 'conversation-store.config.mjs': file })
    expect((await run(['migrate'], { directory: without, env: { MONGODB_URI: mongoUrl } })).settings).toMatchObject({
      batchSize: 1,
      server: { publicDatabase: 'of_file' },
    })
  })

  test('.env.example says the defaults, and that a platform is meant', async () => {
    const example = parseEnv(await readFile(new URL('../../.env.example', import.meta.url), 'utf8'))
    const { settings } = await run(['list', '--platform'], { env: { MONGODB_URI: 'mongodb://localhost:27017' } })
    expect((await run(['list'], { env: example as Record<string, string> })).settings).toEqual({
      ...settings,
      server: { ...settings?.server, maxPoolSize: 10, minPoolSize: 2, serverSelectionTimeoutMs: 5_000, socketTimeoutMs: 45_000 },
    })
  })

  test('takes an empty variable for none', async () => {
    const { settings } = await run(['list'], {
      env: { DATABASE_URL: '', MONGODB_URI: mongoUrl, MIGRATION_BATCH_SIZE: '', MIGRATION_DRY_RUN: '' },
    })
    expect(settings).toMatchObject({ batchSize: 100, dryRun: false, server: { url: mongoUrl } })
  })

  test.each([
    ['MONGODB_URI', 'http://secret@x', /^MONGODB_URI must begin with mongodb:\/\/ or mongodb\+srv:\/\/$/],
    ['DATABASE_URL', 'mysql://secret@x', /^DATABASE_URL must begin with postgres:\/\/ or postgresql:\/\/$/],
    ['MONGODB_MAX_POOL_SIZE', 'secret', /^MONGODB_MAX_POOL_SIZE must be a whole number from 1 to 1000$/],
    ['MONGODB_MIN_POOL_SIZE', '-1', /from 0 to 1000$/],
    ['MONGODB_SERVER_SELECTION_TIMEOUT_MS', '5s', /whole number/],
    ['MONGODB_SOCKET_TIMEOUT_MS', '0x10', /whole number/],
    ['MIGRATION_BATCH_SIZE', '10001', /from 1 to 10000$/],
    ['MIGRATION_DRY_RUN', 'yes', /^MIGRATION_DRY_RUN must be true, false, 1 or 0$/],
    ['MIGRATION_LOG_LEVEL', 'verbose', /^MIGRATION_LOG_LEVEL must be debug, info, warn or error$/],
  ])('names %s when its value is bad, with what is allowed', async (name, value, line) => {
    const { exitCode, stderr, stdout } = await run(['migrate'], { env: { [name]: value } })
    expect(exitCode).toBe(2)
    expect(stderr.replace('conversation-store: ', '').trim()).toMatch(line)
    expect(stderr).not.toContain('secret')
    expect(stdout).toBe('')
  })

  test.each(['true', '1'])('makes a dry run of MIGRATION_DRY_RUN=%s', (value) => {
    expect(readEnvironment({ MIGRATION_DRY_RUN: value }).dryRun).toBe(true)
  })
})

describe('the engine', () => {
  test.each([
    [{ MONGODB_URI: mongoUrl }, '{}', 'mongo', mongoUrl],
    [{ DATABASE_URL: 'postgres://db.test/app' }, '{}', 'postgres', 'postgres://db.test/app'],
    [{ DATABASE_URL: 'postgres://db.test/app', MONGODB_URI: mongoUrl }, '{}', 'mongo', mongoUrl],
    [{ DATABASE_URL: 'postgres://db.test/app', MONGODB_URI: mongoUrl }, "{ engine: 'postgres' }", 'postgres', 'postgres://db.test/app'],
    [{ MONGODB_URI: '' }, "{ url: 'postgres://db.test/file' }", 'postgres', 'postgres://db.test/file'],
    [{ MONGODB_URI: mongoUrl }, "{ url: 'mongodb://of.file/chat' }", 'mongo', mongoUrl],
    [{ DATABASE_URL: 'postgres://db.test/app' }, "{ engine: 'mongo', url: 'mongodb://of.file/chat' }", 'mongo', 'mongodb://of.file/chat'],
  ])('with %j and %s', async (env, config, engine, url) => {
    const directory = await scratchDirectory({ 'conversation-store.config.mjs': `export const config = ${config}` })
    expect((await run(['list'], { directory, env })).settings?.server).toMatchObject({ engine, url })
  })

  test.each([
    [{ MONGODB_URI: '' }, "{ engine: 'postgres' }", /DATABASE_URL is needed/],
    [{ DATABASE_URL: 'postgres://u:secret@db/app' }, "{ engine: 'mongo' }", /^DATABASE_URL is of another engine/],
    [{ MONGODB_URI: 'mongodb://u:secret@db' }, "{ engine: 'postgres' }", /^MONGODB_URI is of another engine/],
    [{ MONGODB_URI: '' }, "{ engine: 'mongo', url: 'postgres://u:secret@db/app' }", /^conversation-store.config: url is of another engine/],
    [{ DATABASE_URL: 'postgres://u:secret@db/app' }, "{ url: 'mongodb://u:secret@db' }", /url is of another engine/],
    [{ MONGODB_URI: mongoUrl }, "{ publicSchema: 'x' }", /publicSchema is for postgres/],
    [{ DATABASE_URL: 'postgres://db/app' }, "{ publicDatabase: 'x' }", /publicDatabase is for mongo/],
    [
      { MONGODB_URI: mongoUrl, MONGODB_MIN_POOL_SIZE: '5', MONGODB_MAX_POOL_SIZE: '4' },
      '{}',
      /MONGODB_MIN_POOL_SIZE must not be over MONGODB_MAX_POOL_SIZE/,
    ],
  ])('is refused where %j contradicts %s', async (env, config, line) => {
    const directory = await scratchDirectory({ 'conversation-store.config.mjs': `export const config = ${config}` })
    const { exitCode, stderr, settings } = await run(['migrate'], { directory, env })
    expect([exitCode, settings]).toEqual([2, null])
    expect(stderr.replace('conversation-store: ', '')).toMatch(line)
    expect(stderr).not.toContain('secret')
  })
})

describe('the configuration file', () => {
  test.each([
    ['conversation-store.config.mjs', 'export const config = { batchSize: 7 }'],
    ['conversation-store.config.mjs', 'export default { batchSize: 7 }'],
    ['conversation-store.config.js', 'module.exports = { config: { batchSize: 7 } }'],
    ['conversation-store.config.js', 'module.exports = { batchSize: 7 }'],
    ['conversation-store.config.cjs', 'module.exports = { config: { batchSize: 7 } }'],
    ['conversation-store.config.ts', 'const batchSize: number = 7\nexport const config = { batchSize }'],
    ['conversation-store.config.mts', 'const batchSize: number = 7\nexport const config = { batchSize }'],
  ])('%s may say %s', async (name, content) => {
    const directory = await scratchDirectory({ [name]: content })
    expect((await run(['list'], { directory })).settings?.batchSize).toBe(7)
  })

  test.each([
    ['{ batchsize: 7 }', /conversation-store.config .*batchsize/],
    ["{ batchSize: '7' }", /conversation-store.config: batchSize must be a whole number from 1 to 10000/],
    ["{ migrations: 'all' }", /migrations must be an array/],
    ["{ tenants: { datbase: 'x' } }", /tenants must be a function, or the names of fields|datbase/],
    ["{ url: 'http://u:secret@x' }", /url must begin with/],
    ['7', /conversation-store.config/],
  ])('is refused as %s', async (config, line) => {
    const directory = await scratchDirectory({ 'conversation-store.config.mjs': `export const config = ${config}` })
    const { exitCode, stderr } = await run(['migrate'], { directory })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(line)
    expect(stderr).not.toContain('secret')
  })

  test('may be named by --config, from anywhere', async () => {
    const elsewhere = await scratchDirectory({ 'shop.mjs': 'export const config = { batchSize: 7 }' })
    const directory = await scratchDirectory({ 'conversation-store.config.mjs': 'export const config = { batchSize: 8 }' })
    const named = (file: string) => run(['list', `--config=${file}`], { directory })
    expect((await named(join(elsewhere, 'shop.mjs'))).settings?.batchSize).toBe(7)
    expect((await named(relative(directory, join(elsewhere, 'shop.mjs')))).settings?.batchSize).toBe(7)
    expect(await named('none.mjs')).toMatchObject({ exitCode: 2, stderr: 'conversation-store: --config names no file that is there\n' })
    expect(await named('../..')).toMatchObject({
      exitCode: 2,
      stderr: 'conversation-store: --config must be a file of ts, mts, js, mjs or cjs\n',
    })
  })

  test('is not passed over in silence: of a kind that is not read, or in the directory of the project', async () => {
    const json = await scratchDirectory({ 'conversation-store.config.json': '{}' })
    expect(await run(['list'], { directory: json })).toMatchObject({
      exitCode: 2,
      stderr:
        'conversation-store: conversation-store.config.json is of a kind that is not read; make it a file of ts, mts, js, mjs or cjs\n',
    })
    const project = await scratchDirectory({ 'package.json': '{}', 'conversation-store.config.mjs': 'export const config = {}' })
    await mkdir(join(project, 'src/jobs'), { recursive: true })
    expect(await run(['list'], { directory: join(project, 'src/jobs') })).toMatchObject({
      exitCode: 2,
      stderr:
        'conversation-store: --config is needed: ../../conversation-store.config.mjs is not in this directory; run there, or name it\n',
    })
    const tested = await scratchDirectory({ 'conversation-store.config.test.ts': 'not read' })
    expect((await run(['list'], { directory: tested })).exitCode).toBe(0)
  })

  test('must export something, be one, and fails as itself', async () => {
    const empty = await scratchDirectory({ 'conversation-store.config.mjs': 'export const settings = {}' })
    expect(await run(['list'], { directory: empty })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('must export') })
    const two = await scratchDirectory({ 'conversation-store.config.mjs': '', 'conversation-store.config.js': '' })
    expect(await run(['list'], { directory: two })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('keep one of the two') })
    const broken = await scratchDirectory({ 'conversation-store.config.mjs': "throw new Error('the vault is closed')" })
    expect(await run(['list'], { directory: broken })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('the vault is closed'),
    })
  })
})

describe("the MongoDB client's options", () => {
  const settings: MongoSettings = {
    engine: 'mongo',
    url: mongoUrl,
    publicDatabase: 'chat_public',
    collectionPrefix: '',
    maxPoolSize: null,
    minPoolSize: null,
    serverSelectionTimeoutMs: null,
    socketTimeoutMs: null,
    leaseTtlMs: null,
  }

  test('are the documented defaults, on the primary, with no more connections than a run can use', () => {
    const { maxPoolSize, minPoolSize, serverSelectionTimeoutMs, socketTimeoutMs, leaseTtlMs } = runOptions
    expect(clientOptions(settings, 9)).toMatchObject({
      maxPoolSize: maxPoolSize.usual,
      minPoolSize: minPoolSize.usual,
      serverSelectionTimeoutMS: serverSelectionTimeoutMs.usual,
      socketTimeoutMS: socketTimeoutMs.usual,
      readPreference: 'primary',
    })
    expect(leaseTtlMs.usual).toBe(usualTtlMs)
    expect(clientOptions(settings, 100)).toMatchObject({ maxPoolSize: 10 })
    expect(clientOptions(settings, 4)).toMatchObject({ maxPoolSize: 5 })
  })

  test('of the environment come before those of the URL, and those before the defaults', () => {
    const url = `${mongoUrl}/?maxPoolSize=3&socketTimeoutMS=1`
    const fromUrl = clientOptions({ ...settings, url }, 4)
    expect(fromUrl).not.toHaveProperty('maxPoolSize')
    expect(fromUrl).not.toHaveProperty('minPoolSize')
    expect(fromUrl).not.toHaveProperty('socketTimeoutMS')
    expect(clientOptions({ ...settings, url, maxPoolSize: 6, socketTimeoutMs: 0 }, 4)).toMatchObject({ maxPoolSize: 6, socketTimeoutMS: 0 })
  })
})
