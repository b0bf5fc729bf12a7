import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { buildIndex } from '../../src/postgres/migrator/indexes/build-index.js'
import { buildTerms, emptySchema, indexesOf, openSession } from './index-scratch.js'

test('a concurrent build waits for a transaction that is open elsewhere for 20 s, while writers go on', async () => {
  const [session, other, writer] = [await openSession(), await openSession(), await openSession()]
  const schema = await emptySchema()
  await session.query(`create table "${schema}".users (account_id text, email text); set lock_timeout = '2s'; set statement_timeout = '5s'`)
  await session.query(`insert into "${schema}".users select 'acme', 'mail' || n from generate_series(1, 100000) n`)
  await other.query('begin isolation level repeatable read; select count(*) from pg_class')
  const began = performance.now()
  const ended = sleep(20_000).then(() => other.query('commit'))
  let building = true
  const built = buildIndex(
    session,
    schema,
    { table: 'users', name: 'idx_users_email', columns: 'account_id, email', unique: true },
    buildTerms(),
  ).finally(() => {
    building = false
  })
  let writes = 0
  let slowest = 0
  for (; building; writes += 1) {
    const wrote = performance.now()
    await writer.query(`insert into "${schema}".users values ('acme', 'new' || $1::integer)`, [writes])
    slowest = Math.max(slowest, performance.now() - wrote)
    await sleep(5)
  }
  await built
  await ended
  expect(performance.now() - began).toBeGreaterThan(19_900)
  expect(slowest).toBeLessThan(2_000)
  expect(writes).toBeGreaterThan(500)
  expect(await indexesOf(session, schema)).toEqual(['idx_users_email: unique btree (account_id, email)'])
})
