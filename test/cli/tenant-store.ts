import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { onTestFinished } from 'vitest'
import { type ConversationStore, createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { postgres } from '../../src/postgres/index.js'
import type { EngineName, HostProject } from './host-project.js'

/** The store in the database of the tenant `acme`. */
export async function tenantStore(engine: EngineName, { publicName, env }: HostProject): Promise<ConversationStore> {
  const name = `${publicName}_acme`
  if (engine === 'mongo') {
    const client = await new MongoClient(env.MONGODB_URI ?? '').connect()
    onTestFinished(() => client.close())
    return createConversationStore({ adapter: mongo({ client, db: name }) })
  }
  const pool = new Pool({ connectionString: env.DATABASE_URL, max: 2 })
  onTestFinished(() => pool.end())
  return createConversationStore({ adapter: postgres({ pool, schema: name }) })
}
