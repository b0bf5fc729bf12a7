import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { type AdoptionDatabase, allowClosedDuplicates, backfillAccountIds, swapUniqueIndex } from '../../src/adoption/index.js'
import { countedOperations, type KillAt } from '../servers/counted-operations.js'

/** What a process has to do, which it gets as JSON in its one argument. */
export interface AdoptionTask {
  readonly engine: 'mongo' | 'postgres'
  readonly url: string
  /** The database, or on PostgreSQL the schema. */
  readonly name: string
  readonly kill: KillAt
  /** How `allowClosedDuplicates` enforces, if the process has to do that and nothing else. */
  readonly closed?: 'index' | 'key-column'
}

const task = JSON.parse(process.argv[2] ?? '') as AdoptionTask
const operations = countedOperations(task.kill)

const { db, close } = task.engine === 'mongo' ? await onMongo() : onPostgres()
const where = task.engine === 'mongo' ? {} : { schema: task.name }
const options = {
  db,
  conversations: { ...where, status: 'status', activityAt: 'last_message_at' },
  pace: { first: 25, least: 25, most: 25 },
}
const { ok } = task.closed === undefined ? await adopted() : await closed(task.closed)
await close()
process.stdout.write(`${JSON.stringify({ ok, operations: operations.count() })}\n`)

function closed(enforce: 'index' | 'key-column') {
  return allowClosedDuplicates({ db, conversations: where, enforce, pace: { first: 10, least: 10, most: 10 } }).apply()
}

async function adopted() {
  await backfillAccountIds({ ...options, orphans: { policy: 'quarantine' } }).apply()
  return swapUniqueIndex({ ...options, merge: { counters: { messages: 'message_count' } } }).apply()
}

async function onMongo() {
  const client = await new MongoClient(task.url, { monitorCommands: true }).connect()
  operations.ofMongo(client)
  return { db: client.db(task.name) as AdoptionDatabase, close: () => client.close() }
}

function onPostgres() {
  operations.ofPostgres()
  const pool = new Pool({ connectionString: task.url, max: 3 })
  pool.on('error', () => {})
  return { db: pool as AdoptionDatabase, close: () => pool.end() }
}
