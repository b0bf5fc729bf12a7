import { once } from 'node:events'
import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { type AdoptionDatabase, ensureReady } from '../../src/adoption/index.js'

/** Which database a host's process starts with, which it gets as JSON in its one argument. It starts at a line. */
export interface ReadyTask {
  readonly engine: 'mongo' | 'postgres'
  readonly url: string
  /** The database, or on PostgreSQL the schema. */
  readonly name: string
}

/** What it prints. */
export interface ReadyPrinted {
  readonly ready: boolean
  readonly states: Readonly<Record<string, string>>
  readonly updated: number
}

const { engine, url, name } = JSON.parse(process.argv[2] ?? '') as ReadyTask
const { db, close } = engine === 'mongo' ? await onMongo() : onPostgres()
process.stdout.write('ready\n')
await once(process.stdin, 'data')
let updated = 0
const silent = () => undefined
const logger = {
  debug: silent,
  warn: silent,
  error: silent,
  info(line: string) {
    if (line.startsWith('Updated conversation')) updated++
  },
}
const { ready, parts } = await ensureReady(null, {
  db,
  conversations: { ...(engine === 'mongo' ? {} : { schema: name }), status: 'status' },
  backfill: {},
  indexes: {},
  mode: 'run',
  logger,
})
await close()
const states = Object.fromEntries(parts.map(({ part, state }) => [part, state]))
process.stdout.write(`${JSON.stringify({ ready, states, updated })}\n`)
process.exit()

async function onMongo() {
  const client = await new MongoClient(url).connect()
  return { db: client.db(name) as AdoptionDatabase, close: () => client.close() }
}

function onPostgres() {
  const pool = new Pool({ connectionString: url, max: 2 })
  pool.on('error', () => {})
  return { db: pool as AdoptionDatabase, close: () => pool.end() }
}
