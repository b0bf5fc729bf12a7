import { MongoClient } from 'mongodb'
import { Client, Pool } from 'pg'
import { type AdoptionDatabase, backfillAccountIds, swapUniqueIndex } from '../../src/adoption/index.js'

/** What a process has to do, which it gets as JSON in its one argument. */
export interface AdoptionTask {
  readonly engine: 'mongo' | 'postgres'
  readonly url: string
  /** The database, or on PostgreSQL the schema. */
  readonly name: string
  /** Ends the process with SIGKILL at its k-th database operation, before it is sent or just after. Null never does. */
  readonly kill: { readonly at: number; readonly when: 'before' | 'after' } | null
}

const task = JSON.parse(process.argv[2] ?? '') as AdoptionTask
let operations = 0
function count(): void {
  operations++
  if (task.kill?.at !== operations) return
  const end = () => process.kill(process.pid, 'SIGKILL')
  // By then the operation is on its way, and the server may or may not have done it.
  if (task.kill.when === 'before') end()
  else setImmediate(end)
}

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
process.stdout.write(`${JSON.stringify({ ok, operations })}\n`)

async function onMongo() {
  const client = await new MongoClient(task.url, { monitorCommands: true }).connect()
  client.on('commandStarted', count)
  return { db: client.db(task.name) as AdoptionDatabase, close: () => client.close() }
}

function onPostgres() {
  const { query } = Client.prototype
  Client.prototype.query = function counted(this: Client, ...args: Parameters<typeof query>) {
    if (task.kill?.when === 'before') count()
    const sent = Reflect.apply(query, this, args)
    if (task.kill?.when !== 'before') count()
    return sent
  } as typeof query
  const pool = new Pool({ connectionString: task.url, max: 3 })
  pool.on('error', () => {})
  return { db: pool as AdoptionDatabase, close: () => pool.end() }
}
