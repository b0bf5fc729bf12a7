import { Client, escapeIdentifier } from 'pg'
import { onTestFinished } from 'vitest'
import { migrateTarget, revertTarget, type TargetRun } from '../../src/migrator/kernel/run-target.js'
import type { MigrationTarget, RunContext } from '../../src/migrator/kernel/target.js'
import type { PostgresDriver } from '../../src/postgres/index.js'
import type { PostgresMigration, RunnablePostgresMigration } from '../../src/postgres/migrator/migration.js'
import { runnableMigrations } from '../../src/postgres/migrator/runnable.js'
import { postgresTarget } from '../../src/postgres/migrator/target.js'
import { createNames } from '../../src/postgres/names.js'
import { newSchemaName, postgresUrl, scratchPool } from './scratch-schema.js'

type Target = MigrationTarget<RunnablePostgresMigration>

const silent = () => {}
export const logger = { debug: silent, info: silent, warn: silent, error: silent }
export const runContext: RunContext = { signal: new AbortController().signal, logger, batchSize: 10, onStep: silent }

/** Makes a host's migration, with defaults for everything that the test is not about. */
export function migration(fields: Partial<PostgresMigration> & Pick<PostgresMigration, 'id'>): PostgresMigration {
  return { description: '', tx: true, isPublic: true, isTenant: true, steps: [], ...fields }
}

/** A first migration, on which the migrations of the tests build. */
export const users = migration({
  id: '001-create-users',
  steps: [
    { name: 'users', sql: ({ quotedSchema }) => `create table ${quotedSchema}.users (id int primary key, name text, done int default 0)` },
  ],
})

export interface ScratchTarget {
  readonly schema: string
  target(...migrations: readonly PostgresMigration[]): Target
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>
}

/** A schema that does not exist yet, with a way to make targets on it and to query it directly. */
export function scratchTarget(driver?: PostgresDriver): ScratchTarget {
  const schema = newSchemaName()
  const pool = scratchPool()
  onTestFinished(async () => {
    const client = new Client({ connectionString: postgresUrl() })
    await client.connect()
    await client.query(`drop schema if exists ${escapeIdentifier(schema)} cascade`)
    await client.end()
  })
  return {
    schema,
    target: (...migrations) =>
      postgresTarget({ pool: driver ?? pool, names: createNames({ schema }), migrations: runnableMigrations(migrations) }),
    query: async (text, values = []) => (await pool.query(text, values)).rows,
  }
}

const run: TargetRun<RunnablePostgresMigration> = {
  indexSet: 'platform',
  lockWaitMs: 20_000,
  signal: null,
  logger,
  batchSize: 10,
  allowOutOfOrder: false,
}

export async function migrate(target: Target, options: Partial<typeof run> = {}): Promise<readonly string[]> {
  return (await migrateTarget(target, { ...run, ...options })).applied
}

export async function revert(target: Target, to: string | null = null): Promise<readonly string[]> {
  return (await revertTarget(target, run, { to })).applied
}
