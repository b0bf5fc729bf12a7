import { expect } from 'vitest'
import { createConversationStore } from '../../../src/index.js'
import { migrateTarget } from '../../../src/migrator/kernel/run-target.js'
import { buildIndex } from '../../../src/postgres/migrator/indexes/build-index.js'
import type { PostgresMigration } from '../../../src/postgres/migrator/migration.js'
import { runnableMigrations } from '../../../src/postgres/migrator/runnable.js'
import { postgresTarget } from '../../../src/postgres/migrator/target.js'
import { createNames } from '../../../src/postgres/names.js'
import { recogniseOnPostgres } from '../../declared-indexes/on-postgres.js'
import type { Declaration } from '../../declared-indexes/postgres-declarations.js'
import { heldBuild } from '../../postgres/held-build.js'
import { buildTerms, openSession } from '../../postgres/index-scratch.js'
import { logger, migrate, migration, revert, runContext, scratchTarget } from '../../postgres/migrate-target.js'
import { onServer, recordStatements, scratchPool } from '../../postgres/scratch-schema.js'
import type { Guard } from './guard.js'

const index = (name: string, columns: string, more: object = {}) => ({ table: 'users', name, columns, ...more })
const first = {
  ...migration({ id: '001-users', steps: [{ name: 'users', sql: 'create table if not exists users (a int, b int, tenant int)' }] }),
  indexes: [index('idx_a', 'a', { unique: true }), index('idx_b', 'b')],
  down: [],
}
const changed = migration({ id: '002-change', indexes: [index('idx_a', 'a, tenant', { unique: true })] })
const retired = migration({ id: '003-retire', drop: ['idx_b'] })
const all = { indexSet: null, prune: false, collection: null }

function opened() {
  const scratch = scratchTarget()
  const indexes = async () => {
    const rows = await scratch.query(
      `select indexname, substring(indexdef from '[(](.*)[)]') as keys from pg_indexes where schemaname = $1 and tablename = 'users'`,
      [scratch.schema],
    )
    return Object.fromEntries(rows.map(({ indexname, keys }) => [indexname, keys]))
  }
  const sync = async (migrations: readonly PostgresMigration[], options: Partial<typeof all> = {}) => {
    const locked = await scratch.target(...migrations).lock({ waitMs: 10_000, signal: null, onWait() {} })
    try {
      return (await locked.syncIndexes({ ...all, ...options }, runContext)).map((each) => `${each.action} ${each.index}`)
    } finally {
      await locked.release()
    }
  }
  return { ...scratch, indexes, sync }
}

function recognises(declaration: Declaration, partitions = 0): Guard {
  return async () => {
    const { taken, unknown } = await recogniseOnPostgres(await openSession(), { partitions, asked: [declaration] })
    expect({ taken, unknown }).toEqual({ taken: 1, unknown: [] })
  }
}

/** A store of two partitions, each with the unique index that `made` makes, which refuses a second `Hello?`. */
async function refusing(made: (schema: string) => readonly string[]) {
  const { adapter, schema, query } = await onServer({ partitions: 2 })
  for (const statement of made(schema)) await query(statement)
  const acme = createConversationStore({ adapter }).forAccount('acme')
  const write = (customerId: string) =>
    acme.upsertConversationWithEvents({ oaId: 'page', customerId, events: [{ type: 'message', messageId: customerId, text: 'Hello?' }] })
  await write('lan')
  return { adapter, refused: write('mai').catch((error: unknown) => error) }
}

const ofEach = (schema: string) => [0, 1].map((part) => `create unique index one_${part} on "${schema}".messages_p${part} (text)`)

export const postgresGuards = {
  'a write that the index of a partition refuses names it': async () => {
    const { refused } = await refusing(ofEach)
    const details = { index: expect.stringMatching(/^one_/), table: expect.stringMatching(/^messages_p/) }
    expect(await refused).toMatchObject({ code: 'FOREIGN_UNIQUE_INDEX', details })
  },
  'a write that the share of an index refuses names the index': async () => {
    const { refused } = await refusing((schema) => [`create unique index one on "${schema}".messages (account_id, text)`])
    expect(await refused).toMatchObject({ code: 'FOREIGN_UNIQUE_INDEX', details: { index: 'one', table: 'messages' } })
  },
  'checkSchema lists the index of a partition, and no shares': async () => {
    const ofTable = (schema: string) => `create unique index one on "${schema}".messages (account_id, text)`
    const { adapter } = await refusing((schema) => [...ofEach(schema), ofTable(schema)])
    const ofParts = [0, 1].map((part) => `one_${part}, unique on messages_p${part} (text)`)
    expect(await adapter.checkSchema()).toMatchObject({ foreign: ['one, unique on messages (account_id, text)', ...ofParts] })
  },
  'the last declaration of a name wins': async () => {
    const { target, indexes } = opened()
    await migrate(target(first))
    await migrate(target(first, changed))
    expect(await indexes()).toEqual({ idx_a: 'a, tenant', idx_b: 'b' })
  },
  'two declarations of a name do not take turns': async () => {
    const { target, sync } = opened()
    await migrate(target(first, changed))
    expect(await sync([first, changed])).toEqual([])
  },
  'a retired index is gone': async () => {
    const { target, indexes } = opened()
    await migrate(target(first))
    await migrate(target(first, retired))
    expect(await indexes()).toEqual({ idx_a: 'a' })
  },
  'a sync leaves a retired index retired': async () => {
    const { target, sync } = opened()
    await migrate(target(first, retired))
    expect(await sync([first, retired])).toEqual([])
  },
  'an index that a later migration changes is not made first as it was': async () => {
    const { target, schema, query, indexes } = opened()
    await query(`create schema "${schema}"`)
    await query(`create table "${schema}".users (a int, b int, tenant int)`)
    await query(`insert into "${schema}".users (a, tenant) values (1, 1), (1, 2)`)
    await migrate(target(first, changed))
    expect(await indexes()).toEqual({ idx_a: 'a, tenant', idx_b: 'b' })
  },
  '`down` puts back what a migration changed': async () => {
    const { target, indexes } = opened()
    await migrate(target(first, changed))
    await revert(target(first, changed))
    expect(await indexes()).toEqual({ idx_a: 'a', idx_b: 'b' })
  },
  'an index is replaced without a moment in which there is none': async () => {
    const { target, schema } = opened()
    await migrate(target(first))
    const pool = scratchPool()
    const sent = recordStatements(pool)
    const migrations = runnableMigrations([first, changed])
    const run = { indexSet: 'platform', lockWaitMs: 0, signal: null, logger, batchSize: 10, allowOutOfOrder: false }
    await migrateTarget(postgresTarget({ pool, names: createNames({ schema }), migrations }), run)
    const done = sent.flatMap(({ text }) => /^(create unique index|drop index)/.exec(text)?.slice(1) ?? [])
    expect(done).toEqual(['create unique index', 'drop index'])
  },
  'an index on which a constraint rests is not retired, by name': async () => {
    const { target, schema, query } = opened()
    await migrate(target(first))
    await query(`alter table "${schema}".users add constraint idx_a unique using index idx_a`)
    const dropping = migration({ id: '002-retire', drop: ['idx_a'] })
    await expect(migrate(target(first, dropping))).rejects.toMatchObject({ code: 'INDEX_CONFLICT' })
  },
  'a prune keeps what the SQL of a migration made': async () => {
    const { target, sync } = opened()
    const byHand = migration({ id: '002-by-hand', steps: [{ name: 'by hand', sql: 'create index by_name on users (a, b)' }] })
    await migrate(target(first, byHand))
    expect(await sync([first, byHand], { prune: true })).toEqual([])
  },
  'a condition that the server writes otherwise is recognised': recognises({ columns: 'n', where: `name in ('a', 'b')` }),
  'a condition that is always true is recognised': recognises({ columns: 'n', where: 'true' }),
  'an expression that the server writes otherwise is recognised': recognises({ columns: `(case when n > 1 then 'a' else 'b' end)` }),
  'the default class of operators is recognised': recognises({ columns: 'name text_ops' }),
  'the collation of a column is recognised': recognises({ columns: 'sort collate "C"' }),
  'an expression of a table with partitions is recognised': recognises({ columns: `(case when n > 1 then 'a' else 'b' end)` }, 2),
  'a name that the server quotes is recognised': recognises({ columns: 'n', include: 'm' }),
  'columns beside the key have no order': async () => {
    const asked = { asked: [{ columns: 'n', include: 'm, name' }], instead: { columns: 'n', include: 'name, m' } }
    expect(await recogniseOnPostgres(await openSession(), asked)).toMatchObject({ taken: 1, unknown: [] })
  },
  'an index that the server is too old for is refused by its name': async () => {
    const server = {
      async query(text: string) {
        if (text.includes('server_version_num')) return [{ current_setting: '120015' }]
        throw new Error('syntax error at or near "nulls"')
      },
    }
    const declared = { table: 'users', name: 'idx_a', columns: 'a', unique: true, nullsNotDistinct: true }
    await expect(buildIndex(server, 's', declared, buildTerms())).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  },
  'how far an index is, is told as the server tells it': async () => {
    const { builds, look, release } = await heldBuild(scratchPool())
    for (let time = 0; time < 1_000 && builds.length === 0; time++) await look()
    await release()
    expect(builds[0]?.[2]).toEqual({ index: 'idx_a', phase: 'waiting for writers before build', done: 0, of: 1 })
  },
  'nobody waits for a connection to tell how far an index is': async () => {
    const pool = scratchPool({ max: 1 })
    const { look, release } = await heldBuild(pool)
    await look()
    const { waitingCount } = pool
    await release()
    expect(waitingCount).toBe(0)
  },
  'an index that differs is not taken for the declared one': async () => {
    const session = await openSession()
    const { taken, unknown } = await recogniseOnPostgres(session, { asked: [{ columns: 'n' }], instead: { columns: 'n', where: 'n > 1' } })
    expect({ taken, unknown: unknown.length }).toEqual({ taken: 1, unknown: 1 })
  },
} as const satisfies Readonly<Record<string, Guard>>
