import { PGlite } from '@electric-sql/pglite'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { diagnose } from '../../src/platform/postgres/diagnose.js'
import { interferedPool } from '../adoption/interfered.js'
import { isServerAbsent } from '../contract/server.js'
import { heldBuild } from './held-build.js'
import { newSchemaName, postgresUrl, scratchPool } from './scratch-schema.js'

const byCheck = (diagnoses: Awaited<ReturnType<typeof diagnose>>) =>
  Object.fromEntries(diagnoses.map(({ check, state, found }) => [check, [state, found]]))

/** What doctor finds where a part of its statements is another one. */
const foundWith = async (part: string, other: string) =>
  byCheck(await diagnose(interferedPool(scratchPool(), { plant: (text) => text.replaceAll(part, other) }), 'public'))

test('the words of doctor on a PGlite where all is well', async () => {
  await using pglite = new PGlite()
  expect(byCheck(await diagnose(pglite, 'public'))).toEqual({
    'server version': ['ok', expect.stringMatching(/^PostgreSQL \d+\.\d+/)],
    rights: ['ok', 'postgres may create schemas and what is in them'],
    roles: ['ok', 'nobody else has rights on the tables and functions'],
    transactions: ['ok', 'can write'],
    pooler: ['ok', 'the session is kept between statements'],
    indexes: ['ok', 'all are valid'],
    'unique indexes': ['ok', 'the store’s tables have no others than the store’s'],
    clock: ['ok', expect.stringMatching(/^the server's clock is \d+ ms (behind|ahead of) this machine's$/)],
    'long transactions': ['ok', 'none is older than 60 s'],
  })
})

describe.skipIf(isServerAbsent('postgres'))('the words of doctor on PostgreSQL', () => {
  test('of a server that is too old, which is all that it says', async () => {
    expect(await foundWith("current_setting('server_version_num')", "'110022'")).toEqual({
      'server version': ['problem', expect.stringMatching(/^PostgreSQL .+: 12 or newer is needed$/)],
    })
  })

  test('of one that only reads', async () => {
    expect((await foundWith('pg_is_in_recovery()', 'true')).transactions).toEqual([
      'problem',
      'this server is a standby, which only reads: connect to the primary',
    ])
    expect((await foundWith("current_setting('default_transaction_read_only')", "'on'")).transactions).toEqual([
      'problem',
      'transactions are read-only by default here: see default_transaction_read_only of the role',
    ])
  })

  test('of one with another clock', async () => {
    const { clock } = await foundWith(
      "date_part('epoch', clock_timestamp()) * 1000",
      "date_part('epoch', clock_timestamp()) * 1000 + 3600000",
    )
    expect(clock).toEqual([
      'warning',
      expect.stringMatching(
        /^the server's clock is \d{7} ms ahead of this machine's; locks and leases go by the server's, so nothing breaks: set one of them$/,
      ),
    ])
  })

  test('of an index that is being built', async () => {
    const pool = scratchPool()
    const build = await heldBuild(pool)
    const found = byCheck(await diagnose(scratchPool(), 'public'))
    expect(found.indexes).toEqual(['warning', expect.stringMatching(/\.idx_a\b[^;]*: being built at this moment$/)])
    await build.release()
  })

  test('of an index that a build left, and of a transaction that is open for long', async () => {
    const schema = newSchemaName()
    const client = new Client({ connectionString: postgresUrl(), application_name: schema })
    await client.connect()
    onTestFinished(async () => {
      await client.query(`rollback; drop schema ${schema} cascade`)
      await client.end()
    })
    await client.query(`create schema ${schema}; create table ${schema}.t (id int); insert into ${schema}.t values (1), (1)`)
    await client.query(`create unique index concurrently idx_left on ${schema}.t (id)`).catch(() => {})
    await client.query('begin; select 1')
    const pool = scratchPool()
    const { rows } = await pool.query('select pid from pg_stat_activity where application_name = $1', [schema])
    const found = byCheck(await diagnose(pool, 'public', { longTransactionMs: 0 }))
    expect(found.indexes).toEqual(['warning', expect.stringContaining(`${schema}.idx_left`)])
    expect(found.indexes?.[1]).toContain(': left invalid by a build that failed: run sync:indexes')
    const [state, words] = found['long transactions'] ?? []
    expect(state).toBe('warning')
    expect(words).toMatch(/: concurrent index builds wait for them$/)
    expect(words).toMatch(new RegExp(`backend ${rows[0]?.pid} \\(${schema}\\), idle in transaction, for \\d+ s|^(backend .+; ){4}`))
  })
})
