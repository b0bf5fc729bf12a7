import type { PGlite } from '@electric-sql/pglite'
import { Pool } from 'pg'
import { describe, expect, test } from 'vitest'
import { previewRevert, previewTarget, revertTarget } from '../../src/migrator/kernel/run-target.js'
import type { PostgresMigration } from '../../src/postgres/migrator/migration.js'
import { runnableMigrations } from '../../src/postgres/migrator/runnable.js'
import { storeMigrations } from '../../src/postgres/schema/steps.js'
import { isServerAbsent } from '../contract/server.js'
import { logger, migrate, migration, revert, runContext, type ScratchTarget, scratchTarget } from './migrate-target.js'
import { scratchPool, sharedPglite } from './scratch-schema.js'

const run = { indexSet: 'platform', lockWaitMs: 0, signal: null, logger, batchSize: 10, allowOutOfOrder: false } as const
const all = { indexSet: null, prune: false, collection: null }
const index = (name: string, columns: string, more: object = {}) => ({ table: 'users', name, columns, ...more })

/** A program of three migrations, of which the second changes an index, and the third retires one. */
function programOf(tx: boolean): readonly [PostgresMigration, PostgresMigration, PostgresMigration] {
  const first = migration({
    id: '001-users',
    tx: true,
    steps: [{ name: 'users', sql: 'create table users (a int, b int, c int, tenant int)' }],
    down: [{ name: 'drop', sql: 'drop table users' }],
  })
  return [
    { ...first, indexes: [index('idx_a', 'a', { unique: true }), index('idx_b', 'b')] },
    migration({ id: '002-change', tx, indexes: [index('idx_a', 'a, tenant', { unique: true })] }),
    migration({ id: '003-retire', tx, indexes: [index('idx_c', 'c')], drop: ['idx_b'] }),
  ]
}

const engines = [
  ['PGlite', false, sharedPglite],
  ['PostgreSQL', isServerAbsent('postgres'), () => scratchPool()],
] as const
const ways = engines.flatMap(([engine, isAbsent, open]) => [true, false].map((tx) => [engine, tx, isAbsent, open] as const))

describe.each(ways)('an index of a migration on %s, as a transaction: %s', (_, tx, isAbsent, open) => {
  const [first, changed, retired] = programOf(tx)
  const program = [first, changed, retired]

  const opened = () => {
    const driver: PGlite | Pool = open()
    const scratch = scratchTarget(driver)
    const query = async (text: string): Promise<readonly Record<string, unknown>[]> =>
      driver instanceof Pool ? (await driver.query(text)).rows : (await driver.query<Record<string, unknown>>(text)).rows
    const indexes = async () => {
      const rows = await query(`select indexname, substring(indexdef from '[(](.*)[)]') as keys from pg_indexes
        where schemaname = '${scratch.schema}' and tablename = 'users' order by 1`)
      return Object.fromEntries(rows.map(({ indexname, keys }) => [indexname, keys]))
    }
    return { ...scratch, query, indexes }
  }
  const sync = async (target: ReturnType<ScratchTarget['target']>, options: Partial<typeof all> = {}) => {
    const locked = await target.lock({ waitMs: 10_000, signal: null, onWait() {} })
    try {
      return (await locked.syncIndexes({ ...all, ...options }, runContext)).map(({ index, action }) => `${action} ${index}`)
    } finally {
      await locked.release()
    }
  }

  test.skipIf(isAbsent)('is changed by a later declaration of its name, retired by a version, and put back by `down`', async () => {
    const { target, indexes } = opened()
    await migrate(target(first))
    expect(await indexes()).toEqual({ idx_a: 'a', idx_b: 'b' })
    await migrate(target(first, changed))
    expect(await indexes()).toEqual({ idx_a: 'a, tenant', idx_b: 'b' })
    await migrate(target(...program))
    expect(await indexes()).toEqual({ idx_a: 'a, tenant', idx_c: 'c' })
    expect(await migrate(target(...program))).toEqual([])
    expect(await revert(target(...program))).toEqual(['@003'])
    expect(await indexes()).toEqual({ idx_a: 'a, tenant', idx_b: 'b' })
    expect(await revert(target(...program))).toEqual(['@002'])
    expect(await indexes()).toEqual({ idx_a: 'a', idx_b: 'b' })
    await migrate(target(...program))
    expect(await revert(target(...program), '0')).toEqual(['@003', '@002', '@001'])
    expect(await indexes()).toEqual({})
  })

  test.skipIf(isAbsent)('is not put back while data stands in its way', async () => {
    const { target, schema, query, indexes } = opened()
    await migrate(target(first, changed))
    await query(`insert into ${schema}.users (a, tenant) values (1, 1), (1, 2)`)
    const [preview] = await previewRevert(target(first, changed), run, { to: null })
    expect(preview?.steps).toMatchObject([{ step: 'index idx_a', obstacles: [expect.stringContaining('2 rows share 1 key(s) of a')] }])
    await expect(revert(target(first, changed))).rejects.toMatchObject({ code: 'DUPLICATE_KEYS', details: { totalDocuments: 2 } })
    expect(await indexes()).toEqual({ idx_a: 'a, tenant', idx_b: 'b' })
  })

  test.skipIf(isAbsent)('is not made where a later migration of the same run changes or retires it', async () => {
    const { target, indexes } = opened()
    const [first] = await previewTarget(target(...program), run)
    expect(first?.steps.slice(-2).flatMap((step) => step.would)).toEqual([])
    await migrate(target(...program))
    expect(await indexes()).toEqual({ idx_a: 'a, tenant', idx_c: 'c' })
    await revertTarget(target(...program), run, { to: '001' })
    expect(await indexes()).toEqual({ idx_a: 'a', idx_b: 'b' })
    await revert(target(...program), '0')
    await migrate(target(...program), { select: ({ version }) => version === '001' })
    expect(await indexes()).toEqual({ idx_a: 'a', idx_b: 'b' })
  })

  test.skipIf(isAbsent)('is kept by a sync as it was declared last, and two declarations do not take turns', async () => {
    const { target, schema, query, indexes } = opened()
    await migrate(target(...program))
    expect(await sync(target(...program), { prune: true })).toEqual([])
    expect((await target(...program).compareIndexes(null)).map(({ index, verdict }) => [index, verdict])).toEqual([
      ['idx_a', 'equal'],
      ['idx_c', 'equal'],
    ])
    await query(`drop index ${schema}.idx_a`)
    for (const column of ['a', 'b']) await query(`create index idx_${column} on ${schema}.users (${column})`)
    expect(await sync(target(...program))).toEqual(['replace idx_a'])
    expect(await sync(target(...program))).toEqual([])
    expect(await sync(target(...program), { prune: true })).toEqual(['drop idx_b'])
    expect(await indexes()).toEqual({ idx_a: 'a, tenant', idx_c: 'c' })
  })

  test.skipIf(isAbsent)('is never pruned where the SQL or the code of a migration may have made it', async () => {
    const { target, schema, query, indexes } = opened()
    const byHand = migration({
      id: '002-by-hand',
      tx: true,
      steps: [
        { name: 'named', sql: 'create index by_name on users (a, b)' },
        { name: 'quoted', sql: 'create index "By ""name" on users (b, a)' },
        { name: 'unnamed', sql: ({ quotedSchema }) => `CREATE INDEX ON ${quotedSchema}."users" (c)` },
        { name: 'built', sql: `do $$ begin execute format('create index %I on users (c, b)', 'by_block'); end $$` },
      ],
      up: async (session) => void (await session.query('create index by_code on users (tenant)')),
      down: [],
    })
    await migrate(target(first, byHand))
    for (const columns of ['tenant, a', 'tenant, b']) await query(`create index "forgotten ${columns}" on ${schema}.users (${columns})`)
    expect(await sync(target(first, byHand), { prune: true })).toEqual(['drop forgotten tenant, a', 'drop forgotten tenant, b'])
    expect(Object.keys(await indexes())).toEqual(['By "name', 'by_block', 'by_code', 'by_name', 'idx_a', 'idx_b', 'users_c_idx'])
    const retired = migration({ id: '003-retire', tx, drop: ['idx_b'] })
    await migrate(target(first, byHand, retired))
    await query(`create index idx_b on ${schema}.users (b)`)
    expect(await sync(target(first, byHand, retired), { prune: true })).toEqual(['drop idx_b'])
  })

  test.skipIf(isAbsent)('tells in a dry run what is replaced, dropped and put back', async () => {
    const { target, schema } = opened()
    await migrate(target(first))
    const steps = (await previewTarget(target(...program), run)).flatMap((each) => each.steps)
    const found = steps.map(({ step, would, obstacles }) => [step, would.map((each) => each.replaceAll(schema, 's')), obstacles])
    expect(found).toEqual([
      [
        'index idx_a',
        [
          'create unique index "idx_a_next" on "s"."users" (a, tenant)',
          expect.stringMatching(/^drop index (concurrently )?"s"."idx_a"$/),
          'alter index "s"."idx_a_next" rename to "idx_a"',
        ],
        [],
      ],
      ['index idx_c', ['create index "idx_c" on "s"."users" (c)'], []],
      ['drop index idx_b', [`drop index ${tx ? '' : 'concurrently '}"s"."idx_b"`], []],
    ])
    await migrate(target(...program))
    const [undo] = await previewRevert(target(...program), run, { to: null })
    expect(undo?.steps.map(({ step, would }) => [step, would.map((each) => each.replaceAll(schema, 's'))])).toEqual([
      ['index idx_b', ['create index "idx_b" on "s"."users" (b)']],
      ['drop index idx_c', [`drop index ${tx ? '' : 'concurrently '}"s"."idx_c"`]],
    ])
  })

  test.skipIf(isAbsent)('is not retired while a constraint rests on it, which is told', async () => {
    const { target, schema, query, indexes } = opened()
    await migrate(target(first))
    await query(`alter table ${schema}.users add constraint one_a unique using index idx_a`)
    await query(`alter table ${schema}.users rename constraint one_a to idx_a`)
    const dropping = migration({ id: '002-retire', tx, drop: ['idx_a'] })
    const [preview] = await previewTarget(target(first, dropping), run)
    expect(preview?.steps).toMatchObject([{ obstacles: ['a constraint rests on idx_a'], stops: true }])
    await expect(migrate(target(first, dropping))).rejects.toMatchObject({
      code: 'INDEX_CONFLICT',
      message: expect.stringContaining('a constraint rests on it'),
    })
    expect(await indexes()).toEqual({ idx_a: 'a', idx_b: 'b' })
  })
})

describe('a registry for PostgreSQL', () => {
  const [first, changed, retired] = programOf(true)
  const store = storeMigrations.map((each) => each)

  test('retires only what an earlier migration declares, and leaves the indexes of the store to the store', () => {
    const refusal =
      (...program: readonly PostgresMigration[]) =>
      () =>
        runnableMigrations(program)
    expect(refusal(retired, first)).toThrow('migrations.003-retire: drops idx_b, which no earlier migration declares')
    expect(refusal(first, { ...retired, drop: ['idx_c'] })).toThrow('migrations.003-retire: must not drop idx_c, which it declares itself')
    const drop = ['idx_messages_seq']
    expect(refusal(...store, { ...retired, drop })).toThrow('must leave idx_messages_seq alone, which the store needs')
    const redeclared = { ...changed, indexes: [{ table: 'messages', name: 'idx_messages_seq', columns: 'id' }] }
    expect(refusal(...store, redeclared)).toThrow('must leave idx_messages_seq alone, which the store needs')
    expect(runnableMigrations([...store, first, changed, retired]).at(-1)?.steps).toEqual([
      { name: 'index idx_c' },
      { name: 'drop index idx_b' },
    ])
  })
})
