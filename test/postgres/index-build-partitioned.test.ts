import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { buildIndex } from '../../src/postgres/migrator/indexes/build-index.js'
import type { PostgresIndex } from '../../src/postgres/migrator/migration.js'
import { buildTerms, emptySchema, indexesOf, openSession } from './index-scratch.js'

const byEmail: PostgresIndex = { table: 'users', name: 'idx_users_email', columns: 'account_id, email', unique: true }

test('the shares of a partitioned table are built concurrently, also after an end in the middle', async () => {
  const [session, other] = [await openSession(), await openSession()]
  const schema = await emptySchema()
  const table = `"${schema}".users`
  await session.query(`create table ${table} (account_id text not null, email text) partition by hash (account_id)`)
  for (const n of [0, 1, 2])
    await session.query(`create table "${schema}".users_p${n} partition of ${table} for values with (modulus 3, remainder ${n})`)
  await session.query(`insert into ${table} select 'account' || n, 'mail' || n from generate_series(1, 100) n`)
  await session.query(`create unique index idx_users_email on only ${table} (account_id, email)`)
  await session.query(`create unique index concurrently idx_users_email_users_p0 on "${schema}".users_p0 (account_id, email)`)
  await session.query(`alter index "${schema}".idx_users_email attach partition "${schema}".idx_users_email_users_p0`)
  // If all partitions were built at once, a writer in one partition would block the build, and everybody else would
  // queue behind the build.
  await other.query('begin')
  await other.query(`insert into ${table} values ('account1', 'open')`)
  const ended = sleep(500).then(() => other.query('commit'))
  await buildIndex(session, schema, byEmail, buildTerms())
  await ended
  expect(await indexesOf(session, schema)).toEqual([
    'idx_users_email: unique btree (account_id, email)',
    ...[0, 1, 2].map((n) => `idx_users_email_users_p${n}: unique btree (account_id, email)`),
  ])
  await buildIndex(session, schema, byEmail, buildTerms())
})

test('duplicates in one partition are told for the table, and leave none of the shares', async () => {
  const session = await openSession()
  const schema = await emptySchema()
  const table = `"${schema}".users`
  await session.query(`create table ${table} (account_id text not null, email text) partition by hash (account_id)`)
  for (const n of [0, 1])
    await session.query(`create table "${schema}".users_p${n} partition of ${table} for values with (modulus 2, remainder ${n})`)
  await session.query(`insert into ${table} select 'account' || n, 'mail' from generate_series(1, 20) n`)
  await session.query(`insert into ${table} values ('account7', 'mail')`)
  await expect(buildIndex(session, schema, byEmail, buildTerms())).rejects.toMatchObject({
    code: 'DUPLICATE_KEYS',
    details: {
      collection: 'users',
      index: 'idx_users_email',
      groups: [{ key: { account_id: 'account7', email: 'mail' }, count: 2 }],
      totalGroups: 1,
    },
  })
  expect(await indexesOf(session, schema)).toEqual([])
})
