import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect, promisify } from 'node:util'
import { MongoClient } from 'mongodb'
import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { createConversationStore, isConversationStoreError } from '../../src/index.js'
import { lockDataDir } from '../../src/opening/data-dir-lock.js'
import { openUrl } from '../../src/opening/open-url.js'

const key = { oaId: 'page', customerId: 'customer' }

/**
 * Opens the URL twice, one after the other, and tells whether the second store finds what the first one wrote. It does
 * not if the data is kept nowhere.
 */
async function findsAgain(url: string): Promise<boolean> {
  const accountId = randomUUID()
  const write = async () => {
    await using store = createConversationStore({ url })
    await store.migrate()
    return (await store.forAccount(accountId).upsertConversation(key)).outcome
  }
  expect(await write()).toBe('created')
  return (await write()) === 'unchanged'
}

describe('a store that is opened by a url', () => {
  it('keeps conversations in the process with memory:', async () => {
    expect(await findsAgain('memory:')).toBe(false)
  })

  it('keeps conversations in a directory with pglite:, shared within the process', async () => {
    const directory = await mkdtemp(join(tmpdir(), `conversation-store-test-${process.pid}-url-`))
    const url = `pglite:${join(directory, 'data')}`
    try {
      expect(await findsAgain(url)).toBe(true)
      const [one, two] = [createConversationStore({ url }), createConversationStore({ url })]
      const outcomes = await Promise.all([one, two].map(async (store) => (await store.forAccount('acme').upsertConversation(key)).outcome))
      expect(outcomes.toSorted()).toEqual(['created', 'unchanged'])
      await one.close()
      expect((await two.forAccount('acme').upsertConversation(key)).outcome).toBe('unchanged')
      await two.close()
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })

  const postgres = inject('postgres')
  it.runIf(postgres.url !== null)('keeps conversations in PostgreSQL with postgres://', async () => {
    const name = `open_url_${randomUUID().replaceAll('-', '')}`
    const server = new Client({ connectionString: postgres.url ?? '' })
    await server.connect()
    try {
      await server.query(`create database ${name}`)
      const url = new URL(postgres.url ?? '')
      url.pathname = name
      expect(await findsAgain(url.href)).toBe(true)
      // The database can be dropped only when no connection to it is left.
      await server.query(`drop database ${name}`)
    } finally {
      await server.end()
    }
  })

  const mongo = inject('mongoReplicaSet')
  it.runIf(mongo.url !== null)('keeps conversations in MongoDB with mongodb://', async () => {
    const url = new URL(mongo.url ?? '')
    url.pathname = `open_url_${randomUUID().replaceAll('-', '')}`
    expect(await findsAgain(url.href)).toBe(true)
    const client = new MongoClient(url.href)
    expect(await client.db().collection('conversations').countDocuments()).toBe(1)
    await client.db().dropDatabase()
    await client.close()
  })

  it('says which package to install, and loads none before', async () => {
    const script = fileURLToPath(new URL('./open-without-drivers.ts', import.meta.url))
    const urls = [
      'memory:',
      'postgres://localhost/x',
      'postgresql://localhost/x',
      'mongodb://localhost/x',
      'mongodb+srv://localhost/x',
      'pglite:./x',
    ]
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, ...urls])
    expect(JSON.parse(stdout)).toEqual([
      'opened',
      'UNSUPPORTED: opening a postgres:// url needs the package pg: npm install pg',
      'UNSUPPORTED: opening a postgres:// url needs the package pg: npm install pg',
      'UNSUPPORTED: opening a mongodb:// url needs the package mongodb: npm install mongodb',
      'UNSUPPORTED: opening a mongodb:// url needs the package mongodb: npm install mongodb',
      'UNSUPPORTED: opening a pglite: url needs the package @electric-sql/pglite: npm install @electric-sql/pglite',
    ])
  })

  it.each([
    'mysql://root:hunter2@localhost/x',
    'hunter2',
    '',
    ' memory:',
    'constructor:',
    'pglite:',
    'pglite://',
    'PGLITE:',
    { href: 'memory:' },
    ['memory:'],
    null,
  ])('is refused when the url is %j, without quoting it', (url) => {
    let error: unknown
    try {
      createConversationStore({ url } as never)
    } catch (thrown) {
      error = thrown
    }
    expect(isConversationStoreError(error, 'VALIDATION_FAILED') && error.details.issues.map(({ path }) => path)).toEqual(['url'])
    expect(String(error)).not.toContain('hunter2')
  })

  it.each([
    'postgres://lan:hunter2@localhost:none/x',
    'postgres://lan:hunter2%ff@localhost/x',
    'mongodb://lan:hunter2@/x',
    'mongodb://lan:hunter2:@@localhost/x',
    'mongodb://lan:hunter2@localhost/x?hunter2=1',
    'mongodb://lan:hunter2@localhost/x?maxPoolSize=hunter2',
    'mongodb+srv://lan:hunter2@localhost:1/x',
  ])('refuses its calls at once when the url is malformed (%s), without quoting it', async (url) => {
    const store = createConversationStore({ url, retry: { attempts: 2, sleep: () => Promise.reject(new Error('it was sent again')) } })
    const error = await store
      .forAccount('acme')
      .countConversations()
      .catch((thrown: unknown) => thrown)
    expect(isConversationStoreError(error, 'VALIDATION_FAILED') && error.details.issues.map(({ path }) => path)).toEqual(['url'])
    expect(inspect(error)).not.toContain('hunter2')
    await store.close()
  })

  it('takes a path after pglite: as it takes one after pglite://', async () => {
    // The directory is below the working directory, because a path with enough `..` would lead to the same place from
    // anywhere.
    const directory = await mkdtemp(resolve('node_modules', '.conversation-store-test-'))
    const dataDir = join(directory, 'data')
    const lock = await lockDataDir(dataDir)
    try {
      for (const url of [dataDir, `//${dataDir}`, relative('.', dataDir), `//./${relative('.', dataDir)}`]) {
        const opening = createConversationStore({ url: `pglite:${url}` }).migrate()
        await expect(opening).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED', details: { dataDir } })
      }
    } finally {
      lock.release()
      await rm(directory, { recursive: true, force: true })
    }
  })

  it.each([undefined, null, 'memory:', 7])('is refused when the options are %j', (options) => {
    expect(() => createConversationStore(options as never)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
  })

  it('is refused together with an adapter', () => {
    expect(() => createConversationStore({ url: 'memory:', adapter: {} } as never)).toThrow(
      'url: must not be given together with an adapter',
    )
  })

  it('opens nothing once it is closed, not for a call that was begun before either', async () => {
    const directory = await mkdtemp(join(tmpdir(), `conversation-store-test-${process.pid}-url-`))
    const url = `pglite:${join(directory, 'data')}`
    try {
      let checked: () => void = () => {}
      const checking = new Promise<void>((resolve) => {
        checked = resolve
      })
      const metadata = {
        '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => checking.then(() => ({ value })) },
      } as const
      const store = createConversationStore({ url, metadata })
      const write = store.forAccount('acme').upsertConversation({ ...key, metadata: {} })
      const read = openUrl(url)
      await Promise.all([store.close(), read.close()])
      checked()
      await expect(write).rejects.toMatchObject({ code: 'STORE_CLOSED' })
      await expect(read.checkSchema()).rejects.toMatchObject({ code: 'STORE_CLOSED' })
      await expect(read.using({}).countConversations({} as never)).rejects.toMatchObject({ code: 'STORE_CLOSED' })
      expect(await readdir(directory)).toEqual([])
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })

  it('closes what a call is opening while it is closed', async () => {
    const directory = await mkdtemp(join(tmpdir(), `conversation-store-test-${process.pid}-url-`))
    try {
      const store = createConversationStore({ url: `pglite:${join(directory, 'data')}` })
      const migrating = store.migrate().catch(() => {})
      await store.close()
      await migrating
      expect(await readdir(directory)).toEqual(['data'])
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })

  it('is opened by a later call when the first could not open it', async () => {
    const directory = await mkdtemp(join(tmpdir(), `conversation-store-test-${process.pid}-url-`))
    const dataDir = join(directory, 'data')
    const store = createConversationStore({ url: `pglite:${dataDir}` })
    try {
      const lock = await lockDataDir(dataDir)
      await expect(store.migrate()).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED', details: { dataDir, pid: process.pid } })
      lock.release()
      expect((await store.migrate()).applied).not.toEqual([])
    } finally {
      await store.close()
      await rm(directory, { recursive: true, force: true })
    }
  })
})
