import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { Client, Pool } from 'pg'
import { createMigrator } from '../../src/migrator/create-migrator.js'
import type { Tenant } from '../../src/migrator/databases.js'
import { silentLogger } from '../../src/migrator/kernel/silent-logger.js'
import type { MigrationLogger } from '../../src/migrator/kernel/target.js'
import type { Migrator } from '../../src/migrator/migrator.js'
import { mongoDatabases } from '../../src/platform/mongo/databases.js'
import { MIGRATIONS } from '../../src/platform/mongo/migrations.js'
import { postgresDatabases } from '../../src/platform/postgres/databases.js'
import { POSTGRES_MIGRATIONS } from '../../src/platform/postgres/migrations.js'
import { serverUrl } from '../contract/server.js'
import { mongoRows, postgresRows } from './host-rows.js'
import { exactMongoState, mongoState } from './mongo-state.js'
import { exactPostgresState, postgresState } from './postgres-state.js'
import type { ProcessTask } from './run-in-process.js'

/** An empty public database and the tenants' databases of one test, on a real server. */
interface TestPlatform extends AsyncDisposable {
  readonly publicName: string
  /** Creates a migrator with the built-in registry. Without `tenants`, it takes the tenants from `client_configs`. */
  migrator(tenants?: Iterable<Tenant>, logger?: MigrationLogger): Migrator
  /** Returns a task for a separate process. */
  task(fields: Partial<ProcessTask>): ProcessTask
  tenant(tenantId: string): Tenant
  /** Writes the tenants where the built-in registry looks for them. */
  addTenants(tenants: readonly Tenant[]): Promise<void>
  /** Puts something of the host's in the way of the store's messages. `clear` takes it away. */
  obstruct(tenant: Tenant): Promise<void>
  clear(tenant: Tenant): Promise<void>
  /** Makes a unique index of the host's on the store's conversations, and returns what it is called in words. */
  hinder(tenant: Tenant): Promise<string>
  /** Returns what `work` sends: the database (on PostgreSQL '') of each command or statement. */
  sent(work: () => Promise<unknown>): Promise<readonly string[]>
  state(names: readonly string[]): Promise<unknown>
  exactState(names: readonly string[]): Promise<unknown>
}

const usualTask = { tenants: null, maxConnections: 10, leaseTtlMs: 30_000, options: {}, kill: null } as const

/** What a test asks of its server beside being empty. */
interface PlatformNeeds {
  /** Whether a host's own migrations go over rows, too. */
  readonly withRows?: boolean
  /** Another server of MongoDB. */
  readonly mongoUrl?: string
}

export const engines = { MongoDB: onMongo, PostgreSQL: onPostgres } as const

const named = (publicName: string) => (tenantId: string) => ({ tenantId, database: `${publicName}_${tenantId}` })

async function onMongo({ withRows = false, mongoUrl: url = serverUrl('mongoReplicaSet') }: PlatformNeeds = {}): Promise<TestPlatform> {
  const migrations = withRows ? [...MIGRATIONS, ...mongoRows] : MIGRATIONS
  const publicName = `test_${randomBytes(6).toString('hex')}`
  const client = await new MongoClient(url, { monitorCommands: true }).connect()
  const witness = await new MongoClient(url).connect()
  return {
    publicName,
    migrator: (tenants, logger = silentLogger) =>
      createMigrator({
        logger,
        databases: mongoDatabases({
          client,
          publicDatabase: publicName,
          migrations,
          ...(tenants === undefined ? {} : { tenants: () => tenants }),
        }),
      }),
    task: (fields) => ({ ...usualTask, engine: 'mongo', url, publicName, withRows, ...fields }),
    tenant: named(publicName),
    async addTenants(tenants) {
      const documents = tenants.map(({ tenantId, database }) => ({ config_id: tenantId, schema_name: database }))
      await witness.db(publicName).collection('client_configs').insertMany(documents)
    },
    async obstruct({ database }) {
      await witness
        .db(database ?? '')
        .collection('messages')
        .createIndex({ text: 1 }, { name: 'idx_messages_seq' })
    },
    async clear({ database }) {
      await witness
        .db(database ?? '')
        .collection('messages')
        .drop()
    },
    async hinder({ database }) {
      await witness
        .db(database ?? '')
        .collection('conversations')
        .createIndex({ oa_id: 1, customer_id: 1 }, { name: 'old', unique: true })
      return 'old, unique on conversations (oa_id, customer_id)'
    },
    async sent(work) {
      const databases: string[] = []
      const note = ({ databaseName }: { readonly databaseName: string }) => databases.push(databaseName)
      client.on('commandStarted', note)
      await work().finally(() => client.off('commandStarted', note))
      return databases
    },
    state: (names) => mongoState(witness, names),
    exactState: async (names) => Promise.all(names.map((name) => exactMongoState(witness.db(name)))),
    async [Symbol.asyncDispose]() {
      const { databases } = await witness
        .db()
        .admin()
        .listDatabases({ nameOnly: true, filter: { name: { $regex: `^${publicName}` } } })
      for (const { name } of databases) await witness.db(name).dropDatabase()
      await client.close()
      await witness.close()
    },
  }
}

async function onPostgres({ withRows = false }: PlatformNeeds = {}): Promise<TestPlatform> {
  const migrations = withRows ? [...POSTGRES_MIGRATIONS, ...postgresRows] : POSTGRES_MIGRATIONS
  const admin = new Client({ connectionString: serverUrl('postgres') })
  await admin.connect()
  // The test has a database of its own, because it compares everything that the catalogs hold.
  const publicName = `test_${randomBytes(6).toString('hex')}`
  await admin.query(`create database ${publicName}`)
  const url = Object.assign(new URL(serverUrl('postgres')), { pathname: `/${publicName}` }).href
  const pool = new Pool({ connectionString: url, max: 10 })
  const witness = new Pool({ connectionString: url, max: 2 })
  for (const each of [pool, witness]) each.on('error', () => {})
  return {
    publicName,
    migrator: (tenants, logger = silentLogger) =>
      createMigrator({
        logger,
        databases: postgresDatabases({
          pool,
          publicSchema: publicName,
          migrations,
          ...(tenants === undefined ? {} : { tenants: () => tenants }),
        }),
      }),
    task: (fields) => ({ ...usualTask, engine: 'postgres', url, publicName, withRows, ...fields }),
    tenant: named(publicName),
    async addTenants(tenants) {
      for (const { tenantId, database } of tenants) {
        await witness.query(
          `insert into ${publicName}.client_configs (config_id, schema_name, created_at, updated_at) values ($1, $2, now(), now())`,
          [tenantId, database],
        )
      }
    },
    async obstruct({ database }) {
      await witness.query(`create schema if not exists ${database}; create table ${database}.messages (id int)`)
    },
    async clear({ database }) {
      await witness.query(`drop table ${database}.messages`)
    },
    async hinder({ database }) {
      await witness.query(`create unique index old on ${database}.conversations (oa_id, customer_id)`)
      return 'old, unique on conversations (oa_id, customer_id)'
    },
    async sent(work) {
      const statements: string[] = []
      const query = Client.prototype.query
      const clients = new Set<unknown>()
      const note = (client: { query: unknown }) => {
        if (clients.has(client)) return
        clients.add(client)
        const bound = Reflect.get(client, 'query') as (...args: unknown[]) => unknown
        client.query = (...args: unknown[]) => {
          statements.push('')
          return Reflect.apply(bound, client, args)
        }
      }
      pool.on('acquire', note)
      await work().finally(() => pool.off('acquire', note))
      for (const client of clients) Object.assign(client as object, { query })
      return statements
    },
    state: (names) => postgresState(witness, names),
    exactState: (names) => exactPostgresState(witness, names),
    async [Symbol.asyncDispose]() {
      await pool.end()
      await witness.end()
      await admin.query(`drop database ${publicName} with (force)`)
      await admin.end()
    },
  }
}

/** Breaks the locks of those databases that are there: a process may have been killed before it made them. */
export async function breakLocks(migrator: Migrator, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await migrator.breakLock(name).catch((error: Error) => {
      if (!error.message.includes('must be one that is there')) throw error
    })
  }
}
