import { randomBytes } from 'node:crypto'
import { Pool } from 'pg'
import type { ContractBackend, LeftOut } from '../../src/contract/index.js'
import { type PostgresOptions, postgres } from '../../src/postgres/index.js'
import { freePort } from '../servers/scratch.js'
import { type Query, sqlReader } from './sql-reader.js'

export interface PostgresBackendOptions {
  readonly name: string
  readonly url: string
  /** The URL of the same database without the pooler, for reading rows. */
  readonly directUrl?: string
  readonly options?: Partial<Omit<PostgresOptions, 'pool' | 'schema'>>
  readonly poolSize?: number
  /** Is called with the text of every statement that the adapter sends. */
  readonly onStatement?: (text: string) => void
}

export interface PostgresBackend extends ContractBackend {
  readonly schema: string
  readonly pool: Pool
  readonly query: Query
}

export const serverLeftOut: LeftOut = { 'faults.lockedDataDir': 'a server keeps its data directory to itself' }

/** Opens a schema of its own on a server, with a pool that is large enough for callers to race. */
export async function postgresBackend({
  name,
  url,
  directUrl = url,
  options = {},
  poolSize = 12,
  onStatement,
}: PostgresBackendOptions): Promise<PostgresBackend> {
  const run = randomBytes(6).toString('hex')
  const pool = quietPool(url, poolSize)
  if (onStatement) recordStatements(pool, onStatement)
  const direct = directUrl === url ? pool : quietPool(directUrl, 3)
  const schemas: string[] = []
  const newSchema = () => {
    const schema = `contract_${run}_${schemas.length}`
    schemas.push(schema)
    return schema
  }
  const schema = newSchema()
  const query: Query = async (text, values = []) => (await direct.query(text, values)).rows
  await postgres({ ...options, pool, schema }).migrate()

  return {
    name,
    supportsEvents: true,
    supportsTransactions: true,
    schema,
    pool,
    query,
    createAdapter: () => postgres({ ...options, pool, schema }),
    raw: sqlReader(query, schema),
    async inTransaction(work) {
      const client = await pool.connect()
      try {
        await client.query('begin')
        const result = await work(client)
        await client.query('commit')
        return result
      } catch (error) {
        await client.query('rollback')
        throw error
      } finally {
        client.release()
      }
    },
    faults: {
      schemaMissing: async () => postgres({ ...options, pool, schema: newSchema() }),
      async schemaTooNew() {
        const newer = postgres({ ...options, pool, schema: newSchema() })
        const { schema: number } = await newer.migrate()
        const ledger = `"${schemas.at(-1)}".conversation_store_migrations`
        await query(laterMigration(ledger, number + 1))
        return newer
      },
      async unreachable() {
        const nobody = Object.assign(new URL(url), { port: String(await freePort()) }).href
        return postgres({ ...options, pool: quietPool(nobody, 2), schema })
      },
    },
    async close() {
      for (const made of schemas) await direct.query(`drop schema if exists "${made}" cascade`)
      await pool.end()
      if (direct !== pool) await direct.end()
    },
  }
}

/** The insert that leaves a row of a newer library in the ledger. */
export function laterMigration(ledger: string, number: number): string {
  const version = String(number).padStart(3, '0')
  return `insert into ${ledger} (id, owner, collection, version, name, checksum, state, steps, attempts, cursors, library_version)
    values ('conversation-store/@${version}', 'conversation-store', '', '${version}', '${version}-later', 'x', 'applied', '[]', 1, '{}', '99.0.0')`
}

function quietPool(connectionString: string, max: number): Pool {
  const pool = new Pool({ connectionString, max })
  pool.on('error', () => {})
  return pool
}

/**
 * Records only the library's statements. They are prepared under a name that begins with `conversation_store_`, and the
 * statements that the backend itself sends have no name.
 */
function recordStatements(pool: Pool, onStatement: (text: string) => void): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client)
    Object.assign(client, {
      query: (config: string | { text: string; name?: string }, ...rest: []) => {
        if (typeof config === 'object' && config.name?.startsWith('conversation_store_')) onStatement(config.text)
        return query(config as string, ...rest)
      },
    })
  })
}
