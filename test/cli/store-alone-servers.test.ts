import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { Client, Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { postgres } from '../../src/postgres/index.js'
import type { ConversationStore } from '../../src/store/create-conversation-store.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { scratchDirectory } from './run-in-process.js'
import { runCommand } from './run-process.js'

interface Place {
  readonly env: Readonly<Record<string, string>>
  readonly flags: readonly string[]
  readonly store: ConversationStore
  /** Drops something that every write needs, by hand. */
  damage(): Promise<void>
  databases(): Promise<readonly string[]>
}

const name = () => `alone_${randomBytes(6).toString('hex')}`

async function onMongo(): Promise<Place> {
  const url = new URL(serverUrl('mongoReplicaSet'))
  const database = name()
  url.pathname = `/${database}`
  const client = await new MongoClient(url.href).connect()
  const store = createConversationStore({ adapter: mongo({ client, db: database }) })
  onTestFinished(async () => {
    await client.db(database).dropDatabase()
    await client.close()
  })
  return {
    env: { MONGODB_URI: url.href },
    flags: [],
    store,
    damage: async () => {
      await client.db(database).collection('conversations').dropIndexes()
    },
    databases: async () =>
      (await client.db('admin').admin().listDatabases({ nameOnly: true })).databases
        .map((each) => each.name)
        .filter((each) => each === 'chat_public'),
  }
}

async function onPostgres(): Promise<Place> {
  const schema = name()
  const pool = new Pool({ connectionString: serverUrl('postgres') })
  const store = createConversationStore({ adapter: postgres({ pool, schema, tablePrefix: 'cs_' }) })
  onTestFinished(async () => {
    await pool.end()
    const client = new Client({ connectionString: serverUrl('postgres') })
    await client.connect()
    await client.query(`drop schema if exists ${client.escapeIdentifier(schema)} cascade`)
    await client.end()
  })
  return {
    env: { DATABASE_URL: serverUrl('postgres') },
    flags: [`--schema=${schema}`, '--table-prefix=cs_'],
    store,
    damage: async () => {
      await pool.query(`drop table ${schema}.cs_messages cascade`)
    },
    databases: async () => [],
  }
}

describe.each([
  ['mongo', isServerAbsent('mongoReplicaSet'), onMongo],
  ['postgres', isServerAbsent('postgres'), onPostgres],
] as const)('a host with one database and no tenants, on %s', (_, isAbsent, place) => {
  test.skipIf(isAbsent)('gets its store from `migrate`, and nothing else', async () => {
    const { env, flags, store, databases } = await place()
    const cwd = await scratchDirectory()
    const run = (...args: readonly string[]) => runCommand([...args, ...flags], { cwd, env })
    expect((await run('status', '--check')).exitCode).toBe(3)
    const dry = await run('migrate', '--dry-run')
    expect([dry.exitCode, dry.stdout.split('\n')[0]]).toEqual([0, 'Dry run: nothing was changed.'])
    expect(dry.stdout).not.toMatch(/TENANT|public \(|client_configs/)
    const before = await databases()
    const done = await run('migrate')
    expect(done.exitCode, done.stdout + done.stderr).toBe(0)
    expect(done.stdout).toMatch(/^1 database: 1 applied$/m)
    expect(await databases()).toEqual(before)
    expect((await store.forAccount('acme').upsertConversation({ oaId: 'page', customerId: 'lan' })).outcome).toBe('created')
    expect(await store.checkSchema()).toMatchObject({ ok: true })
    expect(await store.migrate()).toMatchObject({ applied: [] })
    expect((await run('migrate')).stdout).toMatch(/^1 database: 1 up to date$/m)
    expect((await run('status', '--check')).exitCode).toBe(0)
    expect((await run('sync:indexes')).exitCode).toBe(0)
    expect((await run('doctor')).exitCode).toBe(0)
  })

  test.skipIf(isAbsent)('is told what a store lacks although its ledger is complete', async () => {
    const { env, flags, store, damage } = await place()
    const cwd = await scratchDirectory()
    await store.migrate()
    await damage()
    for (const command of [['migrate'], ['status', '--check'], ['status']]) {
      const { exitCode, stdout } = await runCommand([...command, ...flags], { cwd, env })
      expect(exitCode, stdout).toBe(6)
      expect(stdout).toMatch(/^The store can not work yet\. It lacks .*(messages|idx_)/m)
    }
  })

  test.skipIf(isAbsent)('has no lock but its own', async () => {
    const { env, flags } = await place()
    const cwd = await scratchDirectory()
    const other = await runCommand(['lock', 'break', 'chat_acme', '--yes', ...flags], { cwd, env })
    expect([other.exitCode, other.stderr]).toEqual([
      2,
      expect.stringMatching(
        /^conversation-store: database must be alone_\w+, the only one here; with --platform there are the tenants' too\n$/,
      ),
    ])
  })
})

describe.skipIf(isServerAbsent('postgres'))('the public database of a platform', () => {
  test('gets no store when the configuration was not found', async () => {
    const schema = name()
    const cwd = await scratchDirectory()
    const env = { DATABASE_URL: serverUrl('postgres') }
    const configured = await scratchDirectory({ 'conversation-store.config.mjs': `export const config = { publicSchema: '${schema}' }` })
    onTestFinished(async () => {
      const client = new Client({ connectionString: serverUrl('postgres') })
      await client.connect()
      await client.query(`drop schema if exists ${client.escapeIdentifier(schema)} cascade`)
      await client.end()
    })
    expect((await runCommand(['migrate', '--public-only'], { cwd: configured, env })).exitCode).toBe(0)
    const { exitCode, stdout } = await runCommand(['migrate', `--schema=${schema}`], { cwd, env })
    expect(exitCode).toBe(1)
    expect(stdout).toContain(`--platform: is needed: ${schema} is the public database of a platform, and holds no store`)
  })
})
