import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { Client } from 'pg'
import { onTestFinished } from 'vitest'
import { serverUrl } from '../contract/server.js'
import { scratchDirectory } from './run-in-process.js'
import { type ProcessRun, runCommand } from './run-process.js'

/** A host's directory with its own migrations and three tenants, on a real server. */
export interface HostProject {
  readonly directory: string
  readonly publicName: string
  readonly env: Readonly<Record<string, string>>
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<ProcessRun>
  /** Does what `run` does with --json. Its result must be all that stdout holds. */
  json(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<{ readonly exitCode: ProcessRun['exitCode']; readonly document: Document }>
  /** Returns the databases, or on PostgreSQL the schemas, that this project has on the server. */
  databases(): Promise<readonly string[]>
}

// biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
type Document = any

export type EngineName = 'mongo' | 'postgres'
export const tenants = ['acme', 'globex', 'initech'] as const

/**
 * Makes the project. The environment gives the configuration another history: VERSIONS says which of the migrations it
 * has, CHANGED makes the first one different, BREAK names the tenant whose second one fails, and PAUSE makes the second
 * one take that many milliseconds unless it is stopped (with STUBBORN it goes on even then).
 */
export async function hostProject(engine: EngineName): Promise<HostProject> {
  const publicName = `cli_${randomBytes(6).toString('hex')}`
  const directory = await scratchDirectory({
    'conversation-store.config.mjs': engine === 'mongo' ? mongoConfig(publicName) : postgresConfig(publicName),
  })
  const env: Record<string, string> =
    engine === 'mongo' ? { MONGODB_URI: serverUrl('mongoReplicaSet') } : { DATABASE_URL: serverUrl('postgres') }
  onTestFinished(() => dropAll(engine, publicName))
  const run: HostProject['run'] = (args, more = {}) => runCommand(args, { cwd: directory, env: { ...env, ...more } })
  return {
    directory,
    publicName,
    env,
    run,
    async json(args, more) {
      const { exitCode, stdout } = await run([...args, '--json'], more)
      return { exitCode, document: JSON.parse(stdout) as Document }
    },
    databases: () => namesLike(engine, publicName),
  }
}

const tenantSource = (publicName: string) => `
  async *tenants(only) {
    for (const tenantId of ${JSON.stringify(tenants)}) {
      if (only === null || only.includes(tenantId)) yield { tenantId, database: '${publicName}_' + tenantId }
    }
  },`

const work = `
const versions = (process.env.VERSIONS ?? '001,002').split(',')
async function up(database, signal) {
  if (process.env.BREAK !== undefined && database.endsWith('_' + process.env.BREAK)) throw new Error('the host broke it')
  const until = Date.now() + Number(process.env.PAUSE ?? 0)
  while (Date.now() < until && (process.env.STUBBORN || !signal.aborted)) await new Promise((resolve) => setTimeout(resolve, 20))
}
`

function mongoConfig(publicName: string): string {
  return `${work}
const common = { collectionName: 'users', isPublic: true, isTenant: true }
const first = { key: { [process.env.CHANGED ? 'mail' : 'email']: 1 }, options: { name: 'idx_users_email', unique: true } }
const all = [
  { ...common, version: '001', name: '001-create-users', description: 'users by their address', indexes: [first] },
  { ...common, version: '002', name: '002-fill-users', description: 'fills', indexes: [],
    up: (db, _, { signal, dryRun }) => dryRun ? undefined : up(db.databaseName, signal), down: async () => {} },
]
export const config = {
  publicDatabase: '${publicName}',
  leaseTtlMs: 5_000,
  migrations: all.filter(({ version }) => versions.includes(version)),${tenantSource(publicName)}
}`
}

function postgresConfig(publicName: string): string {
  return `${work}
const common = { tx: false, isPublic: true, isTenant: true }
const all = [
  { ...common, id: '001-create-users', description: 'users by their address',
    steps: [{ name: 'users', sql: ({ quotedSchema }) => 'create table if not exists ' + quotedSchema + '.users (' + (process.env.CHANGED ? 'mail' : 'email') + ' text)' }],
    down: [{ name: 'users', sql: ({ quotedSchema }) => 'drop table if exists ' + quotedSchema + '.users' }] },
  { ...common, id: '002-fill-users', description: 'fills', steps: [],
    up: (_, { schema, signal, dryRun }) => dryRun ? undefined : up(schema, signal), down: async () => {} },
]
export const config = {
  publicSchema: '${publicName}',
  migrations: all.filter(({ id }) => versions.includes(id.slice(0, 3))),${tenantSource(publicName)}
}`
}

async function namesLike(engine: EngineName, prefix: string): Promise<readonly string[]> {
  if (engine === 'mongo') {
    return withMongo(async (client) => {
      const { databases } = await client
        .db('admin')
        .admin()
        .listDatabases({ nameOnly: true, filter: { name: { $regex: `^${prefix}` } } })
      return databases.map(({ name }) => name).sort()
    })
  }
  return withPostgres(async (client) => {
    const { rows } = await client.query<{ nspname: string }>('select nspname from pg_namespace where starts_with(nspname, $1) order by 1', [
      prefix,
    ])
    return rows.map(({ nspname }) => nspname)
  })
}

async function dropAll(engine: EngineName, prefix: string): Promise<void> {
  for (const name of await namesLike(engine, prefix)) {
    if (engine === 'mongo') await withMongo((client) => client.db(name).dropDatabase())
    else await withPostgres((client) => client.query(`drop schema ${client.escapeIdentifier(name)} cascade`))
  }
}

async function withMongo<T>(use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = await new MongoClient(serverUrl('mongoReplicaSet')).connect()
  return use(client).finally(() => client.close())
}

async function withPostgres<T>(use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: serverUrl('postgres') })
  await client.connect()
  return use(client).finally(() => client.end())
}
