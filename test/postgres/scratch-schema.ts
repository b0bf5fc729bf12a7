import { randomBytes } from 'node:crypto'
import type { PGlite } from '@electric-sql/pglite'
import { Client, escapeIdentifier, Pool, type PoolClient } from 'pg'
import { onTestFinished } from 'vitest'
import { type PostgresOptions, postgres } from '../../src/postgres/index.js'
import type { ConversationAdapter } from '../../src/store/adapter.js'
import { serverUrl } from '../contract/server.js'
import { newPglite } from '../servers/pglite.js'

/** A migrated schema of its own, and a way to query it without the adapter. */
export interface ScratchSchema {
  readonly adapter: ConversationAdapter
  readonly schema: string
  /** Returns the rows as the driver gives them. */
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>
}

export function postgresUrl(): string {
  return serverUrl('postgres')
}

export function newSchemaName(): string {
  return `scratch_${randomBytes(6).toString('hex')}`
}

/** Opens a pool on the server, which ends with the test. */
export function scratchPool(options: ConstructorParameters<typeof Pool>[0] = {}): Pool {
  const pool = new Pool({ connectionString: postgresUrl(), max: 4, ...options })
  pool.on('error', () => {})
  onTestFinished(() => pool.end())
  return pool
}

export async function onServer(
  options: Partial<PostgresOptions> & { readonly pool?: Pool } = {},
): Promise<ScratchSchema & { readonly pool: Pool }> {
  const pool = options.pool ?? scratchPool()
  const schema = options.schema ?? newSchemaName()
  const adapter = postgres({ ...options, pool, schema })
  await adapter.migrate()
  onTestFinished(() => dropSchema(schema))
  return { adapter, schema, pool, query: async (text, values = []) => (await pool.query(text, values)).rows }
}

async function dropSchema(schema: string): Promise<void> {
  const client = new Client({ connectionString: postgresUrl() })
  await client.connect()
  await client.query(`drop schema if exists ${escapeIdentifier(schema)} cascade`)
  await client.end()
}

export interface SentStatement {
  readonly text: string
  readonly name?: string
  readonly values?: readonly unknown[]
}

/**
 * Records the statements that are sent on the pool's connections from now on, including the driver's own `begin` and
 * the like.
 */
export function recordStatements(pool: Pool): SentStatement[] {
  const sent: SentStatement[] = []
  const recorded = new WeakSet<object>()
  const record = (client: PoolClient) => {
    if (recorded.has(client)) return
    recorded.add(client)
    const query = client.query.bind(client)
    Object.assign(client, {
      query: (config: string | SentStatement, ...rest: []) => {
        sent.push(typeof config === 'string' ? { text: config } : config)
        return query(config as string, ...rest)
      },
    })
  }
  pool.on('acquire', record)
  return sent
}

let instance: PGlite | undefined

/** All tests of a file share one instance and have a schema each, because an instance takes seconds to start. */
export function sharedPglite(): PGlite {
  instance ??= newPglite()
  return instance
}

export async function onPglite(options: Partial<PostgresOptions> = {}): Promise<ScratchSchema & { readonly pglite: PGlite }> {
  const pglite = sharedPglite()
  const schema = options.schema ?? newSchemaName()
  const adapter = postgres({ ...options, pool: pglite, schema })
  await adapter.migrate()
  return { adapter, schema, pglite, query: async (text, values = []) => (await pglite.query<Record<string, unknown>>(text, values)).rows }
}
