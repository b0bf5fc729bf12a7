import { MongoClient } from 'mongodb'
import pg from 'pg'
import { type ConversationStore, createConversationStore } from '../../../src/index.js'
import { mongo } from '../../../src/mongo/index.js'
import { postgres } from '../../../src/postgres/index.js'
import type { ConversationAdapter } from '../../../src/store/adapter.js'
import type { HostOptions } from './hosted.js'

/** How many statements, or commands of MongoDB, were sent. */
interface Counter {
  statements: number
}

/** A store over the database at the URL, whose statements are counted. `onStatement` is called when one was sent. */
export async function openCounted(
  url: string,
  { retries = true }: HostOptions,
  onStatement: () => void,
): Promise<{ readonly store: ConversationStore; readonly counter: Counter }> {
  const counter: Counter = { statements: 0 }
  const count = () => {
    counter.statements += 1
    onStatement()
  }
  const adapter = url.startsWith('mongodb') ? await overMongo(url, count) : overPostgres(url, count)
  return { store: createConversationStore({ adapter, ...(!retries && { retry: { attempts: 1 } }) }), counter }
}

function overPostgres(url: string, count: () => void): ConversationAdapter {
  class CountingClient extends pg.Client {
    // The driver has many forms of this call, and all of them are one statement.
    override query(...call: unknown[]) {
      const sent = Reflect.apply(super.query, this, call)
      count()
      return sent
    }
  }
  const pool = new pg.Pool({ connectionString: url, max: 8, Client: CountingClient })
  // A host must listen, because the pool tells it about idle connections that died.
  pool.on('error', () => {})
  return postgres({ pool })
}

async function overMongo(url: string, count: () => void): Promise<ConversationAdapter> {
  const client = new MongoClient(url, { monitorCommands: true, maxPoolSize: 8 })
  client.on('commandStarted', count)
  await client.connect()
  return mongo({ client, db: client.db() })
}
