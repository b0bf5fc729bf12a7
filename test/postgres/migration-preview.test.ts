import { PGlite } from '@electric-sql/pglite'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { previewTarget } from '../../src/migrator/kernel/run-target.js'
import type { PostgresMigration } from '../../src/postgres/migrator/migration.js'
import { readOnly } from '../../src/postgres/migrator/read-only.js'
import { isServerAbsent } from '../contract/server.js'
import { newPglite } from '../servers/pglite.js'
import { logger, migrate, migration, scratchTarget, users } from './migrate-target.js'
import { postgresUrl } from './scratch-schema.js'

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
        stops: true,
      },
      { step: 'up', would: [`update ${schema}.users set done = $1`], count: 3, obstacles: [] },
    ])
    expect(await catalogs(query, schema)).toEqual(before)
    await held.release()
  })

  test('works where there is nothing yet, and leaves it so', async () => {
    const { target, schema, query } = scratchTarget()
    const made = target(users, ...pending)
    const previews = await previewTarget(made, run)
    expect((await made.previewCreation?.())?.would).toEqual([`create schema "${schema}"`])
    expect(previews.map(({ migration: id }) => id)).toEqual(['@001', '@002'])
    expect(previews[1]?.steps[2]?.obstacles).toEqual([expect.stringContaining('key')])
    expect(await query('select 1 from pg_namespace where nspname = $1', [schema])).toEqual([])
  })
})

const run = { indexSet: 'platform', lockWaitMs: 0, signal: null, logger, batchSize: 10, allowOutOfOrder: false } as const

describe.each([
  ['PGlite', false, async () => newPglite()],
  [
    'PostgreSQL',
    isServerAbsent('postgres'),
    async () => {
      const client = new Client({ connectionString: postgresUrl() })
      await client.connect()
      return client
    },
  ],
] as const)('a preview of code that ends the transaction on %s', (_, isAbsent, open) => {
  const opened = async () => {
    const driver: PGlite | Client = await open()
    onTestFinished(async () => void (await (driver instanceof PGlite ? driver.close() : driver.end())))
    const query = async (text: string): Promise<readonly Record<string, unknown>[]> =>
      driver instanceof PGlite ? (await driver.query<Record<string, unknown>>(text)).rows : (await driver.query(text)).rows
    const { target, schema } = scratchTarget(driver)
    await migrate(target(users))
    await query(`insert into ${schema}.users values (1, 'lan')`)
    const names = async () => (await query(`select name from ${schema}.users`)).map(({ name }) => name)
    return { driver, query, target, schema, names }
  }

  test.skipIf(isAbsent).each([
    [['begin', 'update', 'commit'], 'begin'],
    [['select 1', 'commit', 'update'], 'commit'],
    [['select 1; rollback; begin read write; update; commit'], 'rollback'],
    [['set session characteristics as transaction read write', 'update'], 'set session characteristics'],
    [['set default_transaction_read_only to off', 'commit', 'update'], 'set default_transaction_read_only'],
  ])('%j is followed up to %s, and writes nothing', async (statements, command) => {
    const { target, schema, names } = await opened()
    const migrations: readonly PostgresMigration[] = [true, false].map((tx) =>
      migration({
        id: tx ? '002-tx' : '003-no-tx',
        tx,
        async up(session) {
          // The code goes on although it is told to stop.
          for (const each of statements)
            await session.query(each.replace('update', `update ${schema}.users set name = 'changed'`)).catch(() => {})
        },
      }),
    )
    for (const { steps } of await previewTarget(target(users, ...migrations), run))
      expect(steps[0]).toMatchObject({
        would: [],
        obstacles: [expect.stringMatching(new RegExp(`^it was followed up to \`${command}\`, which would let it write: `))],
      })
    expect(await names()).toEqual(['lan'])
  })

  test.skipIf(isAbsent)('that nobody recognised finds the session read-only, and the host finds it as it was', async () => {
    const { driver, query, schema, names } = await opened()
    const setting = () => query("select current_setting('default_transaction_read_only') as usual")
    const before = await setting()
    const writing = readOnly(driver, async (connection) => {
      await connection.script('commit')
      await connection.script(`update ${schema}.users set name = 'changed'`)
    })
    await expect(writing).rejects.toMatchObject({ cause: { code: '25006' } })
    expect(await names()).toEqual(['lan'])
    expect(await setting()).toEqual(before)
  })

  test.skipIf(isAbsent)('is refused in a run that is one transaction, and in a page of a batch; nothing of it stays', async () => {
    const { driver, query, target, schema, names } = await opened()
    const refused = (command: string) => ({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining(
        `\`${command}\` would end the transaction of the run: leave it out, or declare the migration with tx: false`,
      ),
    })
    const change = `update ${schema}.users set name = 'changed'`
    const bySql = migration({ id: '002-sql', steps: [{ name: 'both', sql: [change, 'commit'] }] })
    await expect(migrate(target(users, bySql))).rejects.toMatchObject(refused('commit'))
    const [preview] = await previewTarget(target(users, bySql), run)
    expect(preview?.steps[0]?.obstacles).toEqual([expect.stringContaining('`commit` would end the transaction of the run')])
    const byCode = migration({ id: '002-code', up: async (session) => void (await session.query(`${change}; rollback; ${change}`)) })
    await expect(migrate(target(users, byCode))).rejects.toMatchObject(refused('rollback'))
    const inBatch = migration({
      id: '002-batch',
      tx: false,
      up: async (session, { batch }) => {
        await session.query('begin; select 1; commit')
        await batch({ table: 'users', key: 'id' }, async () => void (await session.query(`${change}; commit`)))
      },
    })
    await expect(migrate(target(users, inBatch))).rejects.toMatchObject(refused('commit'))
    expect(await names()).toEqual(['lan'])
    const unseen = migration({
      id: '002-unseen',
      up: async (session) => {
        // A way that no reader of the text finds.
        await query(`insert into ${schema}.users values (2, 'minh'); commit`)
        await session.query('select 1')
      },
    })
    if (driver instanceof PGlite) return
    await expect(migrate(target(users, unseen))).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('the migration ended the transaction that it is, so what it did until then has stayed'),
    })
  })
})

/** Every catalog row that describes the schema, and the ledger. */
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
