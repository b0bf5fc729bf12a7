import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { type AdoptionDatabase, backfillAccountIds, swapUniqueIndex } from '../../src/adoption/index.js'
import { countedOperations, type KillAt } from '../servers/counted-operations.js'

/** What a process has to do, which it gets as JSON in its one argument. */
export interface AdoptionTask {
  readonly engine: 'mongo' | 'postgres'
  readonly url: string
  /** The database, or on PostgreSQL the schema. */
  readonly name: string
  readonly kill: KillAt
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
await backfillAccountIds({ ...options, orphans: { policy: 'quarantine' } }).apply()
const { ok } = await swapUniqueIndex({ ...options, merge: { counters: { messages: 'message_count' } } }).apply()
await close()
process.stdout.write(`${JSON.stringify({ ok, operations: operations.count() })}\n`)

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
