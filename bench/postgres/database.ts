import { setTimeout } from 'node:timers/promises'
import { createConversationStore } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'
import { Client, Pool, type PoolConfig } from 'pg'

/** A database for one comparison, dropped when it is closed. */
export interface BenchDatabase {
  readonly url: string
  /** Opens connections that find the tables of one schema without naming it. They end with the database. */
  pool(schema: string, max: number): Pool
  /**
   * Creates the library's tables (and functions, which only the library calls) in a schema of their own. They are the
   * same for every rival.
   */
  createTables(schema: string): Promise<void>
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /**
   * Registers a function for a client with a pool of its own. The functions run before the pools are ended, the last
   * one first.
   */
  onClose(end: () => Promise<unknown>): void
  /** Ends all connections, and keeps the database. */
  disconnect(): Promise<void>
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly server: string
  readonly name: string
  readonly template?: string
  /** Another way to the same server, for example a slow one, that the pools use. */
  readonly through?: string
}

export async function openDatabase({ server, name, template, through = server }: DatabaseOptions): Promise<BenchDatabase> {
  await onServer(server, async (client) => {
    await client.query(`drop database if exists ${name} with (force)`)
    await client.query(`create database ${name}${template === undefined ? '' : ` template ${template} strategy file_copy`}`)
  })
  const url = databaseUrl(through, name)
  const admin = new Pool({ connectionString: databaseUrl(server, name), max: 1 })
  const closers: (() => Promise<unknown>)[] = []
  const disconnect = async () => {
    for (const end of closers.splice(0).reverse()) await end()
    await admin.end()
  }
  return {
    url,
    pool(schema, max) {
      const pool = new Pool(poolConfig(url, schema, max))
      closers.push(() => pool.end())
      return pool
    },
    async createTables(schema) {
      await createConversationStore({ adapter: postgres({ pool: admin, schema }) }).migrate()
    },
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => (await admin.query<Row>(text, [...values])).rows,
    onClose(end) {
      closers.push(end)
    },
    disconnect,
    async close() {
      await disconnect()
      await dropDatabase(server, name)
    },
  }
}

export function poolConfig(url: string, schema: string, max: number): PoolConfig {
  return { connectionString: url, max, options: `-c search_path=${schema}` }
}

async function dropDatabase(server: string, name: string): Promise<void> {
  await onServer(server, async (client) => {
    await allGone(client, name)
    await client.query(`drop database if exists ${name} with (force)`)
  })
}

/**
 * Waits until the connections of an ended pool are closed. One that is cut before that would emit an error that nobody
 * listens to.
 */
async function allGone(client: Client, name: string): Promise<void> {
  const connected = () => client.query('select from pg_stat_activity where datname = $1 limit 1', [name])
  for (let waits = 0; waits < 100 && (await connected()).rowCount === 1; waits += 1) await setTimeout(20)
}

export async function databaseExists(server: string, name: string): Promise<boolean> {
  const { rowCount } = await onServer(server, (client) => client.query('select from pg_database where datname = $1', [name]))
  return rowCount === 1
}

export async function renameDatabase(server: string, from: string, to: string): Promise<void> {
  await onServer(server, async (client) => {
    await allGone(client, from)
    await client.query(`alter database ${from} rename to ${to}`)
  })
}

async function onServer<T>(server: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: server })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
