import { Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { previewTarget } from '../../src/migrator/kernel/run-target.js'
import type { PostgresDriver } from '../../src/postgres/index.js'
import type { PostgresMigration } from '../../src/postgres/migrator/migration.js'
import { isServerAbsent } from '../contract/server.js'
import { logger, migrate, migration, revert, type ScratchTarget, scratchTarget } from './migrate-target.js'
import { postgresUrl, sharedPglite } from './scratch-schema.js'

const everyWay: readonly PostgresMigration[] = [true, false].flatMap((tx) => {
  const digits = tx ? '1' : '2'
  return [
    migration({
      id: `${digits}1-by-sql`,
      tx,
      steps: [
        { name: 'text', sql: `create table named_${digits} (schema text); insert into named_${digits} values (current_schema())` },
        { name: 'list', sql: [`insert into named_${digits} values (current_schema())`] },
        { name: 'function', sql: () => `insert into named_${digits} values (current_schema())` },
        // A step that goes elsewhere takes none of the later ones along.
        { name: 'elsewhere', sql: `set ${tx ? 'local' : 'session'} search_path to public` },
        { name: 'after', sql: `insert into named_${digits} values (current_schema())` },
      ],
      down: [{ name: 'drop', sql: `drop table named_${digits}` }],
    }),
    migration({
      id: `${digits}2-by-code`,
      tx,
      indexes: [{ table: `named_${digits}`, name: `idx_named_${digits}`, columns: 'schema' }],
      async up(session, { batch }) {
        await session.query(`create table if not exists by_code_${digits} (id int primary key, schema text)`)
        await session.query(`insert into by_code_${digits} select n, null from generate_series(1, 3) n`)
        await batch({ table: `by_code_${digits}`, key: 'id', size: 2 }, async () => {
          await session.query(`update by_code_${digits} set schema = current_schema()`)
        })
      },
      async down(session) {
        await session.query(`drop table by_code_${digits}`)
      },
    }),
  ]
})

describe.each([
  ['PGlite', false, (): PostgresDriver | undefined => sharedPglite()],
  ['PostgreSQL', isServerAbsent('postgres'), (): PostgresDriver | undefined => undefined],
] as const)('a migration finds names in the schema of its run on %s', (_, isAbsent, driver) => {
  test.skipIf(isAbsent)('in sql, in functions, in up, in batches and on the way back, one transaction or not', async () => {
    const [first, second] = [scratchTarget(driver()), scratchTarget(driver())]
    const read = async ({ target, schema }: ScratchTarget): Promise<readonly unknown[]> => {
      const seen: unknown[] = []
      const look: PostgresMigration = migration({
        id: '99-look',
        repeatable: true,
        revision: schema,
        async up(session) {
          for (const table of ['named_1', 'named_2', 'by_code_1', 'by_code_2'])
            seen.push(...(await session.query(`select schema from ${table}`)).map((row) => row.schema))
        },
      })
      await migrate(target(...everyWay, look))
      return seen
    }
    expect(await read(first)).toEqual(Array.from({ length: 14 }, () => first.schema))
    expect(await read(second)).toEqual(Array.from({ length: 14 }, () => second.schema))
  })

  test.skipIf(isAbsent)('and never in the public one: a table that the tenant lacks is no table', async () => {
    const { target } = scratchTarget(driver())
    const lacking = migration({ id: '001-update', steps: [{ name: 'update', sql: 'update spatial_ref set id = 1' }] })
    const code = migration({ id: '002-update', tx: false, up: async (session) => void (await session.query('select * from spatial_ref')) })
    const onPublic = scratchTarget(driver()).target(
      migration({ id: '001-public', steps: [{ name: 'table', sql: 'create table if not exists public.spatial_ref (id int)' }] }),
    )
    await migrate(onPublic)
    for (const each of [lacking, code])
      await expect(migrate(target(each))).rejects.toMatchObject({
        code: 'MIGRATION_FAILED',
        message: expect.stringContaining('relation "spatial_ref" does not exist (SQLSTATE 42P01)'),
      })
    const run = { indexSet: 'platform', lockWaitMs: 0, signal: null, logger, batchSize: 10, allowOutOfOrder: false } as const
    const [preview] = await previewTarget(target(code), run)
    expect(preview?.steps[0]?.obstacles).toEqual([expect.stringContaining('42P01')])
  })
})

describe.skipIf(isServerAbsent('postgres'))('the connection of a run on PostgreSQL', () => {
  test('is given back with the settings that the host had made', async () => {
    const pool = new Pool({ connectionString: postgresUrl(), max: 1 })
    onTestFinished(() => pool.end())
    await pool.query("set search_path to pg_catalog; set statement_timeout = '7s'; set lock_timeout = '8s'")
    const { target, schema } = scratchTarget(pool)
    await migrate(target(...everyWay))
    await pool.query(`delete from ${schema}.by_code_2`)
    await revert(target(...everyWay))
    const shown = async (name: string) => Object.values((await pool.query(`show ${name}`)).rows[0] ?? {})
    expect([await shown('search_path'), await shown('statement_timeout'), await shown('lock_timeout')]).toEqual([
      ['pg_catalog'],
      ['7s'],
      ['8s'],
    ])
  })
})
