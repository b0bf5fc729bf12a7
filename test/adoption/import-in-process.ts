import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { importConversations } from '../../src/adoption/index.js'
import { createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { postgres } from '../../src/postgres/index.js'
import { countedOperations, type KillAt } from '../servers/counted-operations.js'
import { inboxesMapped, mapped } from './import-mapping.js'

/** What a process has to import, which it gets as JSON in its one argument. */
export interface ImportTask {
  readonly engine: 'mongo' | 'postgres'
  readonly url: string
  /** The database, or on PostgreSQL the schema, of the host's tables. */
  readonly name: string
  readonly storeName: string
  readonly kill: KillAt
}

const task = JSON.parse(process.argv[2] ?? '') as ImportTask
const operations = countedOperations(task.kill)

const { db, adapter, close } = task.engine === 'mongo' ? await onMongo() : onPostgres()
const store = createConversationStore({ adapter })
const { applied, verified } = await importConversations({
  db,
  store,
  ...mapped(task.engine === 'mongo' ? {} : { schema: task.name }),
  inboxes: inboxesMapped,
  pace: { first: 10, least: 10, most: 10 },
  apply: true,
}).run()
await close()
process.stdout.write(`${JSON.stringify({ ok: verified?.ok, applied, operations: operations.count() })}\n`)

async function onMongo() {
  const client = await new MongoClient(task.url, { monitorCommands: true, appName: task.storeName }).connect()
  operations.ofMongo(client)
  return { db: client.db(task.name), adapter: mongo({ client, db: client.db(task.storeName) }), close: () => client.close() }
}

function onPostgres() {
  operations.ofPostgres()
  const pool = new Pool({ connectionString: task.url, max: 3 })
  pool.on('error', () => {})
  return { db: pool, adapter: postgres({ pool, schema: task.storeName }), close: () => pool.end() }
}
