import { describe, expect, test } from 'vitest'
import { migrate, migration, scratchTarget, users } from './migrate-target.js'

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
