import { newDb } from 'pg-mem'
import { describe, expect, test } from 'vitest'

/**
 * Why the docs send hosts to `memory()` and PGlite for their unit tests. When one of these fails, pg-mem has changed:
 * read docs/testing-your-host.md again.
 */
describe('pg-mem can not stand in for PostgreSQL', () => {
  function database() {
    const db = newDb()
    db.public.none('create table conversations (id text primary key, customer text not null, active boolean not null)')
    return db
  }

  test('its ROLLBACK through the pg adapter keeps the row', async () => {
    const { Client } = database().adapters.createPg()
    const client = new Client()
    await client.connect()
    await client.query('begin')
    await client.query("insert into conversations (id, customer, active) values ('c1', 'lan', true)")
    await client.query('rollback')
    const { rows } = await client.query('select id from conversations')
    expect(rows).toEqual([{ id: 'c1' }])
  })

  test('it can not parse the conflict target of a partial unique index', () => {
    const insert = `insert into conversations (id, customer, active) values ('c1', 'lan', true)
      on conflict (customer) where active do nothing`
    expect(() => database().public.none(insert)).toThrow(/syntax error/i)
  })

  test('a conflicting insert returns the existing row as if it had been inserted', () => {
    const db = database()
    db.public.none("insert into conversations (id, customer, active) values ('c1', 'lan', true)")
    const returned = db.public.many(
      "insert into conversations (id, customer, active) values ('c1', 'minh', true) on conflict (id) do nothing returning id, customer",
    )
    // PostgreSQL returns no row here: that is how a first contact is told from a returning one.
    expect(returned).toEqual([{ id: 'c1', customer: 'lan' }])
  })
})
