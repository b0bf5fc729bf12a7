import { describe, expect, test } from 'vitest'
import { createNames } from '../../src/postgres/names.js'
import { createUnlessBuilt } from '../../src/postgres/schema/step-texts.js'
import { migrate, migration, scratchTarget, users } from './migrate-target.js'

// What the steps of later versions need. The migrations are made up.

describe('the index of a later step', () => {
  test.each([
    ['is taken as it is where a host built it beforehand, concurrently', 'create index concurrently', true],
    ['is made where it is missing', null, false],
  ])('%s', async (_, build, isBuilt) => {
    const { target, schema, query } = scratchTarget()
    const { fn, index } = createNames({ schema })
    await migrate(target(users))
    if (build !== null) await query(`${build} ${index('idx_users_name')} on ${fn('users')} (name)`)
    const oid = async () => (await query(`select to_regclass('${fn('idx_users_name')}')::oid as oid`))[0]?.oid
    const before = await oid()
    const sql = createUnlessBuilt({ fn }, 'idx_users_name', `create index ${index('idx_users_name')} on ${fn('users')} (name)`)
    expect(await migrate(target(users, migration({ id: '002-name', steps: [{ name: 'name', sql }] })))).toEqual(['@002'])
    expect(await oid()).not.toBe(null)
    expect((await oid()) === before).toBe(isBuilt)
  })

  test('is made where a build that failed left half of it, and says so', async () => {
    const { target, schema, query } = scratchTarget()
    const { fn, index } = createNames({ schema })
    await migrate(target(users))
    await query(`insert into ${fn('users')} values (1, 'lan'), (2, 'lan')`)
    await expect(query(`create unique index concurrently ${index('idx_users_name')} on ${fn('users')} (name)`)).rejects.toThrow()
    const sql = createUnlessBuilt({ fn }, 'idx_users_name', `create unique index ${index('idx_users_name')} on ${fn('users')} (name)`)
    const migrating = migrate(target(users, migration({ id: '002-name', steps: [{ name: 'name', sql }] })))
    await expect(migrating).rejects.toMatchObject({ code: 'MIGRATION_FAILED', cause: { code: '42P07' } })
  })
})

test('a function that takes other parameters is dropped by a numbered step of its release, and is there once', async () => {
  const { target, schema, query } = scratchTarget()
  const { fn } = createNames({ schema })
  const answer = (version: string, parameters: string) =>
    migration({
      id: `${version}-functions`,
      repeatable: true,
      steps: [{ name: 'answer', sql: `create or replace function ${fn('answer')}(${parameters}) returns int language sql as 'select 42'` }],
    })
  await migrate(target(users, answer('002', 'p_of text')))
  const drop = migration({ id: '003-answer', steps: [{ name: 'answer', sql: `drop function if exists ${fn('answer')}(text)` }] })
  expect(await migrate(target(users, drop, answer('004', 'p_of text, p_at timestamptz')))).toEqual(['@003', '@functions'])
  expect(
    await query(`select pg_get_function_identity_arguments(oid) as parameters from pg_proc where pronamespace = '${schema}'::regnamespace`),
  ).toEqual([{ parameters: 'p_of text, p_at timestamp with time zone' }])
})
