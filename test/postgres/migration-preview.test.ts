import { describe, expect, test } from 'vitest'
import { previewTarget } from '../../src/migrator/kernel/run-target.js'
import { logger, migrate, migration, scratchTarget, users } from './migrate-target.js'

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
        stops: true,
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
