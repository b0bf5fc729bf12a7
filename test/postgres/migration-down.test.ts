import type { PGlite } from '@electric-sql/pglite'
import { Client, Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { previewRevert, revertTarget } from '../../src/migrator/kernel/run-target.js'
import type { PostgresMigration } from '../../src/postgres/migrator/migration.js'
import { storeMigrations } from '../../src/postgres/schema/steps.js'
import { isServerAbsent } from '../contract/server.js'
import { logger, migrate, migration, revert, scratchTarget } from './migrate-target.js'
import { postgresUrl, scratchPool, sharedPglite } from './scratch-schema.js'

const run = { indexSet: 'platform', lockWaitMs: 0, signal: null, logger, batchSize: 10, allowOutOfOrder: false } as const
const drop = [{ name: 'drop', sql: 'drop table if exists users' }]
const users = migration({
  id: '001-users',
  steps: [{ name: 'users', sql: 'create table users (id int primary key, name text)' }],
  down: drop,
})

describe.each([
  ['PGlite', false, sharedPglite],
  ['PostgreSQL', isServerAbsent('postgres'), () => scratchPool()],
] as const)('the way back on %s', (_, isAbsent, open) => {
  const opened = () => {
    const driver: PGlite | Pool = open()
    const scratch = scratchTarget(driver)
    const query = async (text: string): Promise<readonly Record<string, unknown>[]> =>
      driver instanceof Pool ? (await driver.query(text)).rows : (await driver.query<Record<string, unknown>>(text)).rows
    return { ...scratch, query }
  }

  const waysToDrop: readonly (readonly [string, Pick<PostgresMigration, 'down' | 'tx'>])[] = [
    ['a statement', { tx: true, down: drop }],
    ['a statement of its own', { tx: false, down: drop }],
    ['a block', { tx: true, down: [{ name: 'block', sql: "do $$ begin execute 'drop ' || 'table users'; end $$" }] }],
    ['code', { tx: true, down: async (session) => void (await session.query('drop table users')) }],
    ['code that is no transaction', { tx: false, down: async (session) => void (await session.query('drop table users')) }],
    [
      'code that goes over rows',
      {
        tx: false,
        down: (session, { batch }) =>
          batch({ table: 'users', key: 'id' }, async () => void (await session.query('alter table users drop column name'))),
      },
    ],
    ['the schema of somebody else', { tx: true, down: [{ name: 'else', sql: ({ schema }) => `drop table "${schema}".users` }] }],
    ['what it builds on', { tx: true, down: [{ name: 'column', sql: 'alter table users drop column name' }] }],
  ]

  test.skipIf(isAbsent).each(waysToDrop)('keeps what holds data from %s, and says so', async (__, way) => {
    const { target, schema, query } = opened()
    const made = target({ ...users, ...way })
    await migrate(made)
    await query(`insert into ${schema}.users values (1, 'lan'), (2, 'minh'), (3, null)`)
    const kept = await revert(made).catch((error: unknown) => error)
    expect(kept).toMatchObject({
      code: 'DATA_KEPT',
      message: expect.stringMatching(
        new RegExp(
          `^DATA_KEPT: @001 was not undone on ${schema}, because data would be lost: (table users holds 3|column users.name holds 2) rows; save it, then run down with --drop-data$`,
        ),
      ),
    })
    expect(await query(`select name from ${schema}.users order by id`)).toHaveLength(3)
    if (way.tx || typeof way.down !== 'function')
      expect((await made.readLedger()).entries).toMatchObject([{ state: 'applied', failure: null }])
    expect((await revertTarget(made, run, { to: null, dropData: true })).applied).toEqual(['@001'])
  })

  test.skipIf(isAbsent)('drops what is empty, in every way', async () => {
    for (const [, way] of waysToDrop) {
      const { target } = opened()
      const made = target({ ...users, ...way })
      await migrate(made)
      expect(await revert(made)).toEqual(['@001'])
    }
  })

  test.skipIf(isAbsent)('keeps a column with values, and drops one that has only its default', async () => {
    const { target, schema, query } = opened()
    const column = migration({
      id: '002-column',
      steps: [{ name: 'column', sql: "alter table users add age int not null default 7, add word text default 'it''s'" }],
      down: [{ name: 'drop', sql: 'alter table users drop column age, drop column word' }],
    })
    const made = target(users, column)
    await migrate(made)
    await query(`insert into ${schema}.users values (1), (2)`)
    expect(await revert(made)).toEqual(['@002'])
    await migrate(made)
    await query(`update ${schema}.users set age = 8 where id = 1`)
    await expect(revert(made)).rejects.toMatchObject({ code: 'DATA_KEPT', details: { kept: [{ what: 'column users.age', rows: 1 }] } })
    expect(await query(`select age from ${schema}.users order by id`)).toEqual([{ age: 8 }, { age: 7 }])
  })

  test.skipIf(isAbsent)('stops at the data: what lies before it may be what it builds on', async () => {
    const { target, schema, query } = opened()
    const rooms = migration({
      id: '002-rooms',
      steps: [{ name: 'rooms', sql: 'create table rooms (id int)' }],
      down: [{ name: 'drop', sql: 'drop table rooms' }],
    })
    const log = migration({
      id: '003-log',
      steps: [{ name: 'log', sql: 'create table log (id int)' }],
      down: [{ name: 'drop', sql: 'drop table log' }],
    })
    const made = target(users, rooms, log)
    await migrate(made)
    await query(`insert into ${schema}.rooms values (1)`)
    await expect(revert(made, '0')).rejects.toMatchObject({
      code: 'DATA_KEPT',
      details: { migration: '@002', kept: [{ what: 'table rooms', rows: 1 }] },
    })
    expect((await made.readLedger()).entries.map(({ state }) => state)).toEqual(['applied', 'applied', 'reverted'])
    expect(await migrate(made)).toEqual(['@003'])
  })

  test.skipIf(isAbsent)('of the store keeps conversations, and all of it is there again after the next run', async () => {
    const { target, schema, query } = opened()
    const made = target(...storeMigrations)
    await migrate(made)
    await query(`insert into ${schema}.inbox_owners (channel, oa_id, account_id, inbox_id) values ('zalo', 'page', 'acme', 'i')`)
    await expect(revert(made, '0')).rejects.toMatchObject({
      code: 'DATA_KEPT',
      message: expect.stringContaining('table inbox_owners holds 1 row;'),
    })
    expect(await query(`select account_id from ${schema}.inbox_owners`)).toEqual([{ account_id: 'acme' }])
    await migrate(made)
    expect((await made.readLedger()).entries.filter(({ state }) => state !== 'applied')).toEqual([])
  })

  test.skipIf(isAbsent)('shows every statement with its rows beforehand, and what would be kept', async () => {
    const { target, schema, query } = opened()
    const more = migration({
      id: '002-more',
      tx: false,
      steps: [{ name: 'more', sql: ['create table "Rooms" (id int)', 'alter table users add age int'] }],
      indexes: [{ table: 'users', name: 'idx_age', columns: 'age' }],
      down: [
        { name: 'age', sql: 'alter table users drop column if exists age' },
        { name: 'rooms', sql: ({ quotedSchema }) => [`drop table ${quotedSchema}."Rooms"`, 'select 1'] },
      ],
    })
    const noWayBack = migration({ id: '003-no-way-back', up: async () => {} })
    const byCode = migration({ id: '004-code', down: async (session) => void (await session.query('drop table users')) })
    const made = target(users, more, noWayBack, byCode)
    await migrate(made)
    await query(`insert into ${schema}.users values (1, 'lan', 7), (2, 'minh', null)`)
    expect(await previewRevert(made, run, { to: '0' })).toEqual([
      { migration: '@004', steps: [{ step: 'down', would: ['drop table users'], count: null, obstacles: [] }] },
      {
        migration: '@003',
        steps: [{ step: 'down', would: [], count: null, obstacles: ['it can not be undone: its definition has no `down`'] }],
      },
      {
        migration: '@002',
        steps: [
          {
            step: 'age',
            would: ['alter table users drop column if exists age -- users: 2 rows'],
            count: 2,
            obstacles: ['column users.age holds 1 row: without --drop-data it is kept, and the migration is not undone'],
          },
          { step: 'rooms', would: [`drop table "${schema}"."Rooms" -- Rooms: 0 rows`, 'select 1'], count: 0, obstacles: [] },
          { step: 'drop index idx_age', would: [`drop index concurrently "${schema}"."idx_age"`], count: null, obstacles: [] },
        ],
      },
      {
        migration: '@001',
        steps: [
          {
            step: 'drop',
            would: ['drop table if exists users -- users: 2 rows'],
            count: 2,
            obstacles: ['table users holds 2 rows: without --drop-data it is kept, and the migration is not undone'],
          },
        ],
      },
    ])
    const dropping = await previewRevert(made, run, { to: '0', dropData: true })
    expect(dropping.flatMap(({ steps }) => steps.flatMap(({ obstacles }) => obstacles))).toEqual([])
    expect((await made.readLedger()).entries.every(({ state }) => state === 'applied')).toBe(true)
  })
})

test.skipIf(isServerAbsent('postgres'))(
  'a row that comes while its table is looked at is kept: nobody writes until the drop is done',
  async () => {
    const { target, schema, query } = scratchTarget()
    const writer = new Client({ connectionString: postgresUrl() })
    await writer.connect()
    onTestFinished(() => writer.end())
    let tries = 0
    let writing: Promise<unknown> | undefined
    const slow = migration({
      ...users,
      down: async (session) => {
        tries += 1
        // The second attempt holds the lock already, so this row waits until the table is gone.
        if (tries === 2) writing = writer.query(`insert into ${schema}.users values (1)`).catch((error: unknown) => error)
        await session.query('drop table users')
      },
    })
    const made = target(slow)
    await migrate(made)
    expect(await revert(made)).toEqual(['@001'])
    expect(tries).toBe(2)
    expect(await writing).toMatchObject({ code: '42P01' })
    expect(await query('select to_regclass($1) is null as gone', [`${schema}.users`])).toEqual([{ gone: true }])
  },
)
