import { Client, Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runnableMigrations } from '../../src/postgres/migrator/runnable.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { newPglite } from '../servers/pglite.js'
import { migrate, migration, revert, scratchTarget, users } from './migrate-target.js'
import { postgresUrl, scratchPool, sharedPglite } from './scratch-schema.js'

describe('a migration that is one transaction', () => {
  test('is recorded with its steps, and a second run is one read', async () => {
    const { target } = scratchTarget()
    const made = target(users)
    expect(await migrate(made)).toEqual(['@001'])
    expect((await made.readLedger()).entries).toMatchObject([
      {
        id: '@001',
        owner: 'host',
        collection: '',
        version: '001',
        name: '001-create-users',
        state: 'applied',
        steps: ['users'],
        attempts: 1,
        failure: null,
      },
    ])
    expect(await migrate(made)).toEqual([])
  })

  test('leaves nothing of itself where a step fails, tells which, and runs when it is mended', async () => {
    const { target, schema, query } = scratchTarget()
    const failing = (divisor: number) =>
      migration({
        id: '002-fill',
        steps: [{ name: 'table', sql: ({ quotedSchema }) => `create table ${quotedSchema}.filled (id int)` }],
        up: async (session) => {
          await session.query(`select 1 / ${divisor}`)
        },
      })
    const failed = migrate(target(users, failing(0)))
    await expect(failed).rejects.toMatchObject({ code: 'MIGRATION_FAILED', details: { database: schema, migration: '@002', step: 'up' } })
    expect(
      await query(`select to_regclass('${schema}.users') is null as users, to_regclass('${schema}.filled') is null as filled`),
    ).toEqual([{ users: false, filled: true }])
    const [, entry] = (await target(users, failing(0)).readLedger()).entries
    expect(entry).toMatchObject({
      state: 'failed',
      steps: [],
      attempts: 1,
      failure: { step: 'up', message: expect.stringContaining('22012') },
    })
    expect(await migrate(target(users, failing(1)))).toEqual(['@002'])
    expect((await target(users).readLedger()).entries).toMatchObject([
      {},
      { state: 'applied', steps: ['table', 'up'], attempts: 2, failure: null },
    ])
  })

  test('gives up a lock that it waits for, and tries again', async () => {
    const { target, schema, query } = scratchTarget()
    await migrate(target(users))
    const blocker = new Client({ connectionString: postgresUrl() })
    await blocker.connect()
    onTestFinished(() => blocker.end())
    await blocker.query(`begin; lock table ${schema}.users in access share mode`)
    const add = migration({
      id: '002-add',
      steps: [{ name: 'column', sql: ({ quotedSchema }) => `alter table ${quotedSchema}.users add column age int` }],
    })
    const migrating = migrate(target(users, add))
    await expect.poll(() => waiters(query, schema), { timeout: 10_000 }).toBe(1)
    // If the migration went on waiting for the lock, every reader would queue behind it.
    await expect.poll(() => waiters(query, schema), { timeout: 10_000 }).toBe(0)
    await blocker.query('commit')
    expect(await migrating).toEqual(['@002'])
  }, 40_000)
})

describe('a migration that is no transaction', () => {
  const log: string[] = []
  const stepwise = (fails: boolean) =>
    migration({
      id: '002-stepwise',
      tx: false,
      steps: [
        { name: 'first', sql: ({ quotedSchema }) => `create table ${quotedSchema}.first (id int)` },
        { name: 'second', sql: ({ quotedSchema }) => [`create table ${quotedSchema}.second (id int)`] },
      ],
      indexes: [{ table: 'first', name: 'idx_first_id', columns: 'id', unique: true }],
      up: async () => {
        log.push('up')
        if (fails) throw new Error('not yet')
      },
    })

  test('goes on at the step that failed', async () => {
    const { target, query, schema } = scratchTarget()
    await expect(migrate(target(users, stepwise(true)))).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      details: { step: 'up', reason: 'not yet' },
    })
    const ledger = await target(users, stepwise(true)).readLedger()
    expect(ledger.entries[1]).toMatchObject({ state: 'failed', steps: ['first', 'second', 'index idx_first_id'], failure: { step: 'up' } })
    expect(await migrate(target(users, stepwise(false)))).toEqual(['@002'])
    expect(log).toEqual(['up', 'up'])
    expect(await query(`select indisvalid, indisunique from pg_index where indexrelid = '${schema}.idx_first_id'::regclass`)).toEqual([
      { indisvalid: true, indisunique: true },
    ])
    expect(
      await query(
        `select 1 from pg_locks where locktype = 'advisory' and pid in (select pid from pg_stat_activity where query like '%${schema}%')`,
      ),
    ).toEqual([])
  })

  test('makes the same after it was undone', async () => {
    const { target, schema, query } = scratchTarget()
    const index = migration({ id: '002-index', tx: false, indexes: [{ table: 'users', name: 'idx_users_name', columns: 'name' }] })
    const made = target({ ...users, down: [{ name: 'drop', sql: ({ quotedSchema }) => `drop table ${quotedSchema}.users` }] }, index)
    const tables = () =>
      query(`select relname, relkind from pg_class where relnamespace = '${schema}'::regnamespace and relname like '%users%' order by 1`)
    await migrate(made)
    const clean = await tables()
    expect(await revert(made)).toEqual(['@002'])
    expect((await tables()).map(({ relname }) => relname)).not.toContain('idx_users_name')
    expect(await revert(made, '0')).toEqual(['@001'])
    expect(await tables()).toEqual([])
    expect((await made.readLedger()).entries).toMatchObject([
      { state: 'reverted', steps: [] },
      { state: 'reverted', steps: [] },
    ])
    expect(await migrate(made)).toEqual(['@001', '@002'])
    expect(await tables()).toEqual(clean)
  })

  test('cannot be undone without a way back', async () => {
    const made = scratchTarget().target(users)
    await migrate(made)
    await expect(revert(made)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    expect((await made.readLedger()).entries).toMatchObject([{ state: 'applied' }])
  })

  test.skipIf(isServerAbsent('pgbouncer'))(
    'is refused behind a pooler in transaction mode, where what is one transaction runs',
    async () => {
      const pool = new Pool({ connectionString: serverUrl('pgbouncer'), max: 4 })
      pool.on('error', () => {})
      onTestFinished(() => pool.end())
      const { target } = scratchTarget(pool)
      expect(await migrate(target(users))).toEqual(['@001'])
      await expect(migrate(target(users, stepwise(false)))).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        details: { needs: expect.stringContaining('a direct connection') },
      })
      expect(await target(users).readLock()).toBeNull()
      expect((await target(users).readLedger()).entries).toHaveLength(1)
    },
  )

  test('runs on PGlite', async () => {
    const { target } = scratchTarget(sharedPglite())
    log.length = 0
    expect(await migrate(target(users, stepwise(false)))).toEqual(['@001', '@002'])
    expect(log).toEqual(['up'])
  })
})

test('on PGlite, runners of one process keep each other out', async () => {
  const pglite = newPglite()
  onTestFinished(() => pglite.close())
  const { target } = scratchTarget(pglite)
  let running = 0
  const slow = migration({
    id: '002-slow',
    tx: false,
    up: async () => {
      expect(++running).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 50))
      running--
    },
  })
  const all = await Promise.all([1, 2, 3].map(() => migrate(target(users, slow))))
  expect(all.filter((applied) => applied.length > 0)).toEqual([['@001', '@002']])
}, 30_000)

test('what was changed after it was applied is refused, and so is what a newer program left', async () => {
  const { target } = scratchTarget()
  await migrate(target(users))
  const changed = migration({ ...users, steps: [{ name: 'users', sql: 'select 1' }] })
  await expect(migrate(target(changed))).rejects.toMatchObject({ code: 'MIGRATION_REFUSED', details: { changed: ['@001'] } })
  const later = migration({ id: '002-later', steps: [{ name: 'nothing', sql: 'select 1' }] })
  await migrate(target(users, later))
  await expect(migrate(target(users))).rejects.toMatchObject({ code: 'MIGRATION_REFUSED', details: { newer: ['@002'] } })
})

test('checksums know texts, indexes and the revision, and no line ends and no other words', () => {
  const checksum = (fields: object) =>
    runnableMigrations([migration({ id: '1', steps: [{ name: 'a', sql: 'select\n1' }], ...fields })])[0]?.checksum
  const index = { table: 't', name: 'i', columns: 'a' }
  expect(checksum({ steps: [{ name: 'a', sql: 'select\r\n1' }], description: 'other', id: '1-named' })).toBe(checksum({}))
  expect(checksum({ indexes: [{ ...index, serves: 'lists' }] })).toBe(checksum({ indexes: [index] }))
  const all = [
    {},
    { steps: [] },
    { revision: '2' },
    { tx: false },
    { indexes: [index] },
    { indexes: [{ ...index, unique: true }] },
    { id: '2' },
  ]
  expect(new Set(all.map(checksum)).size).toBe(all.length)
  for (const wrong of [[migration({ id: 'x1' })], [migration({ id: '1' }), migration({ id: '001-b' })]])
    expect(() => runnableMigrations(wrong)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
})

test('20 runners at once run each step once', async () => {
  const { target, query, schema } = scratchTarget(scratchPool({ max: 20 }))
  const index = migration({ id: '002-index', tx: false, indexes: [{ table: 'users', name: 'idx_users_name', columns: 'name' }] })
  const all = await Promise.all(Array.from({ length: 20 }, () => migrate(target(users, index))))
  expect(all.filter((applied) => applied.length > 0)).toEqual([['@001', '@002']])
  expect(await query(`select attempts from ${schema}.conversation_store_migrations`)).toEqual([{ attempts: 1 }, { attempts: 1 }])
}, 30_000)

async function waiters(query: (text: string) => Promise<Record<string, unknown>[]>, schema: string): Promise<number> {
  return (await query(`select 1 from pg_locks where not granted and relation = '${schema}.users'::regclass`)).length
}
