import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import type { ContractBackend } from '../../../src/contract/index.js'
import { mongo } from '../../../src/mongo/index.js'
import { postgres } from '../../../src/postgres/index.js'
import type { ConversationAdapter } from '../../../src/store/adapter.js'
import { mongoBackend } from '../../contract/mongo-backend.js'
import { postgresBackend } from '../../contract/postgres-backend.js'
import { isServerAbsent, serverUrl } from '../../contract/server.js'
import { type Gateway, openGateway } from '../../servers/gateway.js'

/** A database that the tests can take away from one adapter, while they look into it on another way. */
export interface Distant {
  readonly backend: ContractBackend
  readonly adapter: ConversationAdapter
  readonly gateway: Gateway
  /** Holds the rows of an account's conversations for as long as the work goes on. */
  whileHeld<T>(accountId: string, work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

export const distantStores = [
  { name: 'PostgreSQL', isAbsent: isServerAbsent('postgres'), open: distantPostgres },
  { name: 'MongoDB', isAbsent: isServerAbsent('mongoReplicaSet'), open: distantMongo },
] as const

async function distantPostgres(): Promise<Distant> {
  const url = new URL(serverUrl('postgres'))
  const backend = await postgresBackend({ name: 'PostgreSQL', url: url.href })
  const gateway = await openGateway({ host: url.hostname, port: Number(url.port || 5432) })
  const connectionString = Object.assign(url, { host: `127.0.0.1:${gateway.port}` }).href
  // MongoDB refuses a write that meets another at once. PostgreSQL waits, so here it is told for how long.
  const pool = new Pool({ connectionString, max: 4, options: '-c lock_timeout=100ms' })
  pool.on('error', () => {})
  return {
    backend,
    gateway,
    adapter: postgres({ pool, schema: backend.schema }),
    async whileHeld(accountId, work) {
      const holder = await backend.pool.connect()
      try {
        await holder.query('begin')
        for (const table of ['contact_inboxes', 'conversations']) {
          await holder.query(`select from "${backend.schema}".${table} where account_id = $1 for update`, [accountId])
        }
        return await work()
      } finally {
        await holder.query('rollback')
        holder.release()
      }
    },
    async close() {
      await pool.end()
      await gateway.close()
      await backend.close()
    },
  }
}

async function distantMongo(): Promise<Distant> {
  const url = new URL(serverUrl('mongoReplicaSet'))
  const backend = await mongoBackend({ name: 'MongoDB', url: url.href, isReplicaSet: true })
  const gateway = await openGateway({ host: url.hostname, port: Number(url.port) })
  const client = await new MongoClient(`mongodb://127.0.0.1:${gateway.port}/?directConnection=true`, {
    maxPoolSize: 4,
    serverSelectionTimeoutMS: 500,
  }).connect()
  return {
    backend,
    gateway,
    adapter: mongo({ client, db: backend.db.databaseName }),
    whileHeld: (accountId, work) =>
      backend.client.withSession(async (session) => {
        session.startTransaction()
        for (const name of ['contact_inboxes', 'conversations']) {
          await backend.db.collection(name).updateMany({ accountId }, { $set: { held: true } }, { session })
        }
        const result = await work()
        await session.abortTransaction()
        return result
      }),
    async close() {
      await client.close()
      await gateway.close()
      await backend.close()
    },
  }
}
