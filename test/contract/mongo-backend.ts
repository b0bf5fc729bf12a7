import { randomBytes } from 'node:crypto'
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb'
import type { ContractBackend } from '../../src/contract/index.js'
import { type MongoOptions, mongo } from '../../src/mongo/index.js'
import { freePort } from '../servers/scratch.js'
import { mongoReader } from './mongo-reader.js'

export interface MongoBackendOptions {
  readonly name: string
  readonly url: string
  readonly isReplicaSet: boolean
  readonly clientOptions?: MongoClientOptions
  readonly options?: Pick<MongoOptions, 'coalesce'>
  /** Is called with every command that is sent to the server. */
  readonly onCommand?: (command: Readonly<Record<string, unknown>>) => void
}

export interface MongoBackend extends ContractBackend {
  readonly client: MongoClient
  readonly db: Db
}

/** Opens a database of its own on a server. */
export async function mongoBackend({
  name,
  url,
  isReplicaSet,
  clientOptions = {},
  options = {},
  onCommand,
}: MongoBackendOptions): Promise<MongoBackend> {
  const run = randomBytes(6).toString('hex')
  const client = await new MongoClient(url, { maxPoolSize: 20, monitorCommands: onCommand !== undefined, ...clientOptions }).connect()
  // A migration goes over whole collections, whoever owns the documents. So its commands are not reported.
  const migrating = await new MongoClient(url, { maxPoolSize: 20, ...clientOptions }).connect()
  if (onCommand) client.on('commandStarted', ({ command }) => onCommand(command))
  const databases: string[] = []
  const newDatabase = () => {
    const database = `contract_${run}_${databases.length}`
    databases.push(database)
    return database
  }
  const db = newDatabase()
  await mongo({ client: migrating, db }).migrate()

  return {
    name,
    supportsEvents: isReplicaSet,
    supportsTransactions: isReplicaSet,
    supportsJointWrites: isReplicaSet,
    client,
    db: client.db(db),
    createAdapter: () => mongo({ client, db, ...options }),
    raw: mongoReader(client.db(db)),
    inTransaction: (work) => client.withSession((session) => (isReplicaSet ? session.withTransaction(() => work(session)) : work(session))),
    faults: {
      schemaMissing: async () => mongo({ client: migrating, db: newDatabase() }),
      async schemaTooNew() {
        const database = newDatabase()
        const newer = mongo({ client: migrating, db: database })
        await newer.migrate()
        await recordNewerSchema(client.db(database))
        return newer
      },
      async unreachable() {
        const nobody = new MongoClient(`mongodb://127.0.0.1:${await freePort()}/?directConnection=true`, { serverSelectionTimeoutMS: 200 })
        return mongo({ client: nobody, db })
      },
    },
    async close() {
      for (const database of databases) await client.db(database).dropDatabase()
      await migrating.close()
      await client.close()
    },
  }
}

/** Writes into the ledger what a later version of the library would write. */
export async function recordNewerSchema(db: Db): Promise<void> {
  const later = {
    id: 'conversation-store/conversations@900',
    owner: 'conversation-store',
    collection: 'conversations',
    version: '900',
    name: '900-later',
    checksum: 'x',
    state: 'applied',
    steps: ['indexes'],
    passes: {},
    attempts: 1,
    failure: null,
    seq: 100,
    library_version: '99.0.0',
    started_at: new Date(),
    finished_at: new Date(),
  }
  await db
    .collection<{ _id: string; entries: object[] }>('conversation_store_migrations')
    .updateOne({ _id: 'ledger' }, { $push: { entries: later } })
}
