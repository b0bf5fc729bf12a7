import { randomBytes } from 'node:crypto'
import { type AccountConversations, createConversationStore } from 'conversation-store'
import { mongo } from 'conversation-store/mongo'
import { postgres } from 'conversation-store/postgres'
import { type Db, MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { startThrowawayReplicaSet } from '../../test/servers/mongo.js'
import { startEmbeddedPostgres } from '../../test/servers/postgres.js'
import { installedPackage } from '../../test/servers/postgres-binaries.js'

export const accountId = 'acme'

export interface PostgresEngine {
  readonly name: 'PostgreSQL'
  readonly account: AccountConversations
  /** The same account as another process would open it. */
  another(): AccountConversations
  query(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
  /** The same account over connections whose plans all serve any value (`force_generic_plan`), or one alone. */
  planned(mode: 'force_generic_plan' | 'force_custom_plan'): AccountConversations
}

export interface MongoEngine {
  readonly name: 'MongoDB'
  readonly account: AccountConversations
  /** The same account as another process would open it. */
  another(): AccountConversations
  /** Measures the transactions of `account` from now on, each from its first command to the answer of its end. */
  transactions(): { longest(): number }
  readonly db: Db
}

export interface Engines {
  readonly postgres: PostgresEngine
  readonly mongo: MongoEngine
  close(): Promise<void>
}

/**
 * Opens a migrated database on each engine, on BENCH_POSTGRES_URL and BENCH_MONGODB_URL or on throwaway servers whose
 * data lies below TMPDIR.
 */
export async function openEngines(): Promise<Engines> {
  const closers: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end()
  }
  try {
    return { postgres: await openPostgres(closers), mongo: await openMongo(closers), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openPostgres(closers: (() => Promise<unknown>)[]): Promise<PostgresEngine> {
  const settings = { fsync: 'on', synchronous_commit: 'on', shared_buffers: '512MB', checkpoint_timeout: '30min', max_wal_size: '8GB' }
  const given = process.env.BENCH_POSTGRES_URL
  const server = given ? null : await startEmbeddedPostgres('bench-cliffs', installedPackage(), settings)
  if (server) closers.push(server.stop)
  const connectionString = given ?? server?.url
  const schema = `cliffs_${randomBytes(6).toString('hex')}`
  const accountOver = (options: string) => {
    const pool = new Pool({ connectionString, max: 4, options })
    closers.push(() => pool.end())
    return { pool, store: createConversationStore({ adapter: postgres({ pool, schema }), deadlineMs: 600_000 }) }
  }
  const { pool, store } = accountOver(`-c search_path=${schema}`)
  closers.push(() => pool.query(`drop schema "${schema}" cascade`))
  await store.migrate()
  return {
    name: 'PostgreSQL',
    account: store.forAccount(accountId),
    another: () => accountOver(`-c search_path=${schema}`).store.forAccount(accountId),
    query: async (text, values = []) => (await pool.query(text, [...values])).rows,
    planned: (mode) => accountOver(`-c plan_cache_mode=${mode}`).store.forAccount(accountId),
  }
}

async function openMongo(closers: (() => Promise<unknown>)[]): Promise<MongoEngine> {
  const given = process.env.BENCH_MONGODB_URL
  const server = given ? null : await startThrowawayReplicaSet(['--wiredTigerCacheSizeGB', '1', '--oplogSize', '1024'])
  if (server) closers.push(server.stop)
  const client = await new MongoClient(given ?? server?.url ?? '', { monitorCommands: true }).connect()
  closers.push(() => client.close())
  const db = client.db(`cliffs_${randomBytes(6).toString('hex')}`)
  closers.push(() => db.dropDatabase())
  const store = createConversationStore({ adapter: mongo({ client, db }), deadlineMs: 600_000 })
  await store.migrate()
  const another = () => {
    const otherClient = new MongoClient(given ?? server?.url ?? '')
    closers.push(() => otherClient.close())
    return createConversationStore({ adapter: mongo({ client: otherClient, db: db.databaseName }) }).forAccount(accountId)
  }
  return { name: 'MongoDB', account: store.forAccount(accountId), another, transactions: () => timedTransactions(client), db }
}

function timedTransactions(client: MongoClient): { longest(): number } {
  const begun = new Map<string, number>()
  let longest = 0
  const keyOf = ({ lsid, txnNumber }: Record<string, unknown>) => `${JSON.stringify(lsid)} ${String(txnNumber)}`
  const ends = new Map<number, string>()
  client.on('commandStarted', ({ command, commandName, requestId }) => {
    if (command.autocommit !== false) return
    const key = keyOf(command)
    if (!begun.has(key)) begun.set(key, performance.now())
    if (/^(commit|abort)Transaction$/.test(commandName)) ends.set(requestId, key)
  })
  const note = ({ requestId }: { readonly requestId: number }) => {
    const key = ends.get(requestId)
    if (key === undefined) return
    longest = Math.max(longest, performance.now() - (begun.get(key) ?? performance.now()))
    ends.delete(requestId)
    begun.delete(key)
  }
  client.on('commandSucceeded', note).on('commandFailed', note)
  return { longest: () => longest }
}
