import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { createMigrator } from '../../src/migrator/create-migrator.js'
import type { Tenant } from '../../src/migrator/databases.js'
import type { MigrateOptions } from '../../src/migrator/migrator.js'
import { mongoDatabases } from '../../src/platform/mongo/databases.js'
import { MIGRATIONS } from '../../src/platform/mongo/migrations.js'
import { postgresDatabases } from '../../src/platform/postgres/databases.js'
import { POSTGRES_MIGRATIONS } from '../../src/platform/postgres/migrations.js'
import { countedOperations, type KillAt } from '../servers/counted-operations.js'
import { mongoRows, postgresRows } from './host-rows.js'

/** What a process has to do, which it gets as JSON in its one argument. */
export interface ProcessTask {
  readonly engine: 'mongo' | 'postgres'
  readonly url: string
  /** The public database, or on PostgreSQL the public schema. */
  readonly publicName: string
  /** Null takes the tenants from `client_configs`. */
  readonly tenants: readonly Tenant[] | null
  readonly maxConnections: number
  /** Whether a host's own migrations go over rows, too. */
  readonly withRows: boolean
  /** How long a runner that has died holds the others up, in milliseconds, on MongoDB. */
  readonly leaseTtlMs: number
  readonly options: MigrateOptions
  readonly kill: KillAt
}

/** What the process prints as its last line. */
export interface ProcessResult {
  readonly verdict: string
  readonly applied: readonly string[]
  /** The operations of the whole run. */
  readonly operations: number
  readonly peakConnections: number
  readonly heapMegabytes: readonly number[]
}

const task = JSON.parse(process.argv[2] ?? '') as ProcessTask
const { options, tenants } = task

const operations = countedOperations(task.kill)

const { databases, peak, close } = task.engine === 'mongo' ? await onMongo() : await onPostgres()
const heapMegabytes: number[] = []
const report = await createMigrator({ databases }).migrate({
  ...options,
  onProgress({ state, finished }) {
    if (state === 'running' || finished % 50 !== 0) return
    globalThis.gc?.()
    heapMegabytes.push(Math.round(process.memoryUsage().heapUsed / 2 ** 20))
  },
})
await close()
const applied = [report.public, ...report.tenants].flatMap((each) => (each?.migrations ?? []).map((id) => `${each?.database} ${id}`))
for (const { failure } of report.tenants) if (failure !== null) process.stderr.write(`${JSON.stringify(failure)}\n`)
if (report.public?.failure) process.stderr.write(`${JSON.stringify(report.public.failure)}\n`)
const result: ProcessResult = { verdict: report.verdict, applied, operations: operations.count(), peakConnections: peak(), heapMegabytes }
process.stdout.write(`${JSON.stringify(result)}\n`)

async function onMongo() {
  const client = await new MongoClient(task.url, { monitorCommands: true, maxPoolSize: task.maxConnections }).connect()
  operations.ofMongo(client)
  let open = 0
  let most = 0
  client.on('connectionCreated', () => {
    open++
    most = Math.max(most, open)
  })
  client.on('connectionClosed', () => {
    open--
  })
  const databases = mongoDatabases({
    client,
    publicDatabase: task.publicName,
    leaseTtlMs: task.leaseTtlMs,
    migrations: task.withRows ? [...MIGRATIONS, ...mongoRows] : MIGRATIONS,
    ...(tenants === null ? {} : { tenants: () => tenants }),
  })
  return { databases, peak: () => most, close: () => client.close() }
}

async function onPostgres() {
  operations.ofPostgres()
  const pool = new Pool({ connectionString: task.url, max: task.maxConnections })
  pool.on('error', () => {})
  let most = 0
  pool.on('connect', () => {
    most = Math.max(most, pool.totalCount)
  })
  const databases = postgresDatabases({
    pool,
    publicSchema: task.publicName,
    migrations: task.withRows ? [...POSTGRES_MIGRATIONS, ...postgresRows] : POSTGRES_MIGRATIONS,
    ...(tenants === null ? {} : { tenants: () => tenants }),
  })
  return { databases, peak: () => most, close: () => pool.end() }
}
