import { PGlite } from '@electric-sql/pglite'
import { Client, Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { previewTarget } from '../../src/migrator/kernel/run-target.js'
import { runnableMigrations } from '../../src/postgres/migrator/runnable.js'
import { postgresTarget } from '../../src/postgres/migrator/target.js'
import { createNames } from '../../src/postgres/names.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { logger, migrate, migration, revert, runContext, scratchTarget } from './migrate-target.js'
import { postgresUrl, scratchPool, sharedPglite } from './scratch-schema.js'

const users = migration({
  id: '001-create-users',
  steps: [
    { name: 'users', sql: ({ quotedSchema }) => `create table ${quotedSchema}.users (id int primary key, name text, done int default 0)` },
  ],
})

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
    // Behind one that went on waiting, every reader would wait too.
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
  const pglite = new PGlite()
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

describe('the lock', () => {
  const wait = { waitMs: 0, signal: null, onWait: () => {} }

  test('of a session and of a transaction keep each other out', async () => {
    const { target } = scratchTarget()
    const made = target(users)
    const inTransaction = await made.lock(wait)
    await expect(made.lock(wait)).rejects.toMatchObject({
      code: 'MIGRATION_LOCKED',
      details: { holder: expect.stringContaining('backend ') },
    })
    await inTransaction.release()
    const inSession = await made.lock(wait)
    await inSession.syncIndexes({ indexSet: 'platform', prune: false, collection: null }, runContext)
    await expect(made.lock(wait)).rejects.toMatchObject({ code: 'MIGRATION_LOCKED' })
    expect(await made.readLock()).toMatchObject({ expiresInMs: null, since: expect.any(Date) })
    await inSession.release()
    expect(await made.readLock()).toBeNull()
    await (await made.lock(wait)).release()
  })

  test('is waited for with nothing open, and its holder told once', async () => {
    const holder = scratchTarget()
    const held = await holder.target(users).lock(wait)
    const application_name = `waiter of ${holder.schema}`
    const waiter = postgresTarget({
      pool: scratchPool({ application_name }),
      names: createNames({ schema: holder.schema }),
      migrations: runnableMigrations([users]),
    })
    const told: unknown[] = []
    const waiting = waiter.lock({ ...wait, waitMs: 20_000, onWait: (by) => told.push(by?.holder) })
    await expect.poll(() => told.length).toBe(1)
    const states: unknown[] = []
    for (let sample = 0; sample < 20; sample += 1) {
      await new Promise((resolve) => setTimeout(resolve, 25))
      const rows = await holder.query('select state, wait_event from pg_stat_activity where application_name = $1', [application_name])
      states.push(...rows.map(({ state }) => state))
      expect(rows.map(({ wait_event }) => wait_event)).not.toContain('advisory')
    }
    // Now and then it looks; for the rest of the time its connection is idle and in no transaction.
    expect(states.filter((state) => state === 'idle').length).toBeGreaterThan(states.length / 2)
    await held.release()
    await (await waiting).release()
    expect(told).toHaveLength(1)
  })

  test('ends when the signal is aborted', async () => {
    const made = scratchTarget().target(users)
    const held = await made.lock(wait)
    const abort = new AbortController()
    const waiting = made.lock({ ...wait, waitMs: 20_000, signal: abort.signal, onWait: () => abort.abort() })
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
    await held.release()
  })

  test.each([true, false])('that is broken fences its holder (tx: %s)', async (tx) => {
    const { target, schema, query } = scratchTarget()
    const made = target(users)
    await migrate(made)
    let broken: unknown
    const late = migration({
      id: '002-late',
      tx,
      up: async (session) => {
        await session.query(`insert into ${schema}.users (id) values (1)`)
        broken = await made.breakLock()
        await session.query(`insert into ${schema}.users (id) values (2)`)
      },
    })
    await expect(migrate(target(users, late))).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(broken).toMatchObject({ holder: expect.stringContaining('backend ') })
    expect(await query(`select id from ${schema}.users`)).toEqual(tx ? [] : [{ id: 1 }])
    expect(await made.breakLock()).toBeNull()
    await (await made.lock(wait)).release()
  })
})

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

describe('a preview', () => {
  const pending = [
    migration({
      id: '002-index',
      tx: false,
      steps: [{ name: 'column', sql: ({ quotedSchema }) => `alter table ${quotedSchema}.users add column age int` }],
      indexes: [{ table: 'users', name: 'idx_users_name', columns: 'name', unique: true }],
      up: async (session, { dryRun, schema, batch }) => {
        expect(dryRun).toBe(true)
        await batch({ table: 'users', key: 'id' }, async (rows) => {
          await session.query(`update ${schema}.users set done = $1`, [rows.length])
        })
      },
    }),
  ]
  const run = { indexSet: 'platform', lockWaitMs: 0, signal: null, logger, batchSize: 10, allowOutOfOrder: false } as const

  test('says every statement, counts and what would stop it, beside a runner, and changes nothing', async () => {
    const { target, schema, query } = scratchTarget()
    await migrate(target(users))
    await query(`insert into ${schema}.users values (1, 'lan'), (2, 'lan'), (3, 'minh')`)
    const made = target(users, ...pending)
    const held = await made.lock({ waitMs: 0, signal: null, onWait: () => {} })
    const before = await catalogs(query, schema)
    const [preview, ...others] = await previewTarget(made, run)
    expect(others).toEqual([])
    expect(preview?.steps).toEqual([
      { step: 'column', would: [`alter table "${schema}".users add column age int`], count: null, obstacles: [] },
      {
        step: 'index idx_users_name',
        would: [`create unique index concurrently "idx_users_name" on "${schema}"."users" (name)`],
        count: 3,
        obstacles: [expect.stringContaining('2 rows share 1 key(s) of name')],
      },
      { step: 'up', would: [`update ${schema}.users set done = $1`], count: 3, obstacles: [] },
    ])
    expect(await catalogs(query, schema)).toEqual(before)
    await held.release()
  })

  test('works where there is nothing yet, and leaves it so', async () => {
    const { target, schema, query } = scratchTarget()
    const previews = await previewTarget(target(users, ...pending), run)
    expect(previews.map(({ migration: id }) => id)).toEqual(['@001', '@002'])
    expect(previews[1]?.steps[2]?.obstacles).toEqual([expect.stringContaining('key')])
    expect(await query('select 1 from pg_namespace where nspname = $1', [schema])).toEqual([])
  })
})

describe('context.batch', () => {
  test('goes over every row once, across a crash in any page, by any key', async () => {
    const { target, schema, query } = scratchTarget()
    const table = migration({
      id: '001-items',
      steps: [
        {
          name: 'items',
          sql: ({ quotedSchema }) =>
            `create table ${quotedSchema}.items (account_id text, at timestamptz, done int not null default 0, primary key (account_id, at))`,
        },
      ],
    })
    await migrate(target(table))
    await query(
      `insert into ${schema}.items select 'acme ' || n % 7, '2026-01-01'::timestamptz + n * interval '1 microsecond' from generate_series(1, 95) n`,
    )
    let pages = 0
    const fill = (failAt: number) =>
      migration({
        id: '002-fill',
        tx: false,
        up: async (_, { batch }) => {
          await batch({ table: 'items', key: ['account_id', 'at'], where: 'done < 5' }, async (rows, session) => {
            const keys = JSON.stringify(rows.map(({ account_id }) => account_id))
            expect(rows[0]).not.toHaveProperty('conversation_store_key')
            await session.query(
              `update ${schema}.items i set done = done + 1 where (i.account_id, i.at) in
                 (select account_id, at from ${schema}.items where account_id in (select json_array_elements_text($1::json)) and done = 0 order by 1, 2 limit ${rows.length})`,
              [keys],
            )
            pages += 1
            if (pages === failAt) throw new Error('killed')
          })
        },
      })
    await expect(migrate(target(table, fill(4)))).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
    expect(await query(`select count(*)::int as n from ${schema}.items where done = 1`)).toEqual([{ n: 30 }])
    await migrate(target(table, fill(0)))
    expect(pages).toBe(4 + 7)
    expect(await query(`select done, count(*)::int as n from ${schema}.items group by 1`)).toEqual([{ done: 1, n: 95 }])
    expect(await query(`select cursors from ${schema}.conversation_store_migrations where version = '002'`)).toEqual([{ cursors: {} }])
  })

  test('ends although rows are added all the time, and refuses a key that would leave rows out', async () => {
    const { target, schema, query } = scratchTarget()
    await migrate(target(users))
    await query(`insert into ${schema}.users select n from generate_series(1, 25) n`)
    const seen: unknown[] = []
    const growing = migration({
      id: '002-growing',
      tx: false,
      up: async (_, { batch }) =>
        batch({ table: 'users', key: 'id', size: 4 }, async (rows, session) => {
          seen.push(...rows.map(({ id }) => id))
          await session.query(`insert into ${schema}.users select max(id) + n from ${schema}.users, generate_series(1, 9) n group by n`)
        }),
    })
    await migrate(target(users, growing))
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => n + 1))
    const byName = migration({ id: '003-name', up: async (_, { batch }) => batch({ table: 'users', key: 'name' }, async () => {}) })
    await expect(migrate(target(users, growing, byName))).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  })
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

/** Every row of the catalogs that tells of the schema, and the ledger. */
async function catalogs(query: (text: string) => Promise<Record<string, unknown>[]>, schema: string): Promise<unknown> {
  return Promise.all([
    query(`select c.*::text from pg_class c where relnamespace = '${schema}'::regnamespace order by oid`),
    query(
      `select a.*::text from pg_attribute a where attrelid in (select oid from pg_class where relnamespace = '${schema}'::regnamespace) order by attrelid, attnum`,
    ),
    query(`select * from ${schema}.conversation_store_migrations`),
    query(`select * from ${schema}.users order by id`),
  ])
}
