import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ConversationStoreError } from '../../src/model/errors.js'
import { buildIndex } from '../../src/postgres/migrator/indexes/build-index.js'
import type { MigrationSession, PostgresIndex } from '../../src/postgres/migrator/migration.js'
import { buildTerms, emptySchema, indexesOf, openSession } from './index-scratch.js'

const byEmail: PostgresIndex = { table: 'users', name: 'idx_users_email', columns: 'account_id, email', unique: true }
const byAge: PostgresIndex = { table: 'users', name: 'idx_users_age', columns: 'account_id, age desc', where: 'age is not null' }
const builtByEmail = 'idx_users_email: unique btree (account_id, email)'
const builtByAge = 'idx_users_age: btree (account_id, age DESC) WHERE (age IS NOT NULL)'

async function usersTable(session: MigrationSession, rows = 0): Promise<string> {
  const schema = await emptySchema()
  await session.query(`create table "${schema}".users (account_id text not null, email text, age integer)`)
  await session.query(`insert into "${schema}".users select 'acme', 'mail' || n, n from generate_series(1, ${rows}) n`)
  return schema
}

/** Leaves an invalid index behind, as a unique build does when it meets duplicates. */
async function leaveInvalid({ query }: MigrationSession, schema: string): Promise<void> {
  await query(`insert into "${schema}".users values ('acme', 'twice', 1), ('acme', 'twice', 2)`)
  await expect(query(`create unique index concurrently idx_users_email on "${schema}".users (account_id, email)`)).rejects.toThrow(
    'could not create',
  )
  await query(`delete from "${schema}".users where email = 'twice' and age = 2`)
  expect(await indexesOf({ query }, schema)).toEqual(['idx_users_email INVALID: unique btree (account_id, email)'])
}

async function settingsOf({ query }: MigrationSession): Promise<unknown> {
  return (await query(`select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`))[0]
}

test('a concurrent build waits for a transaction that is open elsewhere, though changes of the schema give up after 2 s', async () => {
  const [session, other] = [await openSession(), await openSession()]
  const schema = await usersTable(session, 10)
  await session.query(`set lock_timeout = '2s'; set statement_timeout = '2500ms'`)
  const before = await settingsOf(session)
  await other.query('begin isolation level repeatable read')
  await other.query('select count(*) from pg_class')
  const began = performance.now()
  const ended = sleep(3_000).then(() => other.query('commit'))
  await buildIndex(session, schema, byAge, buildTerms())
  expect(performance.now() - began).toBeGreaterThan(2_900)
  await ended
  expect(await indexesOf(session, schema)).toEqual([builtByAge])
  expect(await settingsOf(session)).toEqual(before)
})

test('one that meets duplicates leaves nothing invalid behind, and tells the largest groups, the totals and how to list all', async () => {
  const session = await openSession()
  const schema = await usersTable(session, 3)
  await session.query(`insert into "${schema}".users select 'acme', 'twice' || n, 1 from generate_series(1, 30) n, generate_series(1, 2)`)
  await session.query(`insert into "${schema}".users select 'acme', 'often', 1 from generate_series(1, 5)`)
  await session.query(`insert into "${schema}".users values ('acme', null, 1), ('acme', null, 1)`)
  const error = await buildIndex(session, schema, byEmail, buildTerms()).catch((caught: unknown) => caught)
  expect(error).toMatchObject({
    code: 'DUPLICATE_KEYS',
    details: {
      database: schema,
      collection: 'users',
      index: 'idx_users_email',
      fields: ['account_id', 'email'],
      totalGroups: 31,
      totalDocuments: 65,
    },
  })
  if (!(error instanceof ConversationStoreError) || error.code !== 'DUPLICATE_KEYS') throw error
  const details = error.details as { groups: readonly unknown[]; query: string }
  expect(details.groups).toHaveLength(20)
  expect(details.groups[0]).toEqual({ key: { account_id: 'acme', email: 'often' }, count: 5 })
  expect(error.message).not.toContain('acme')
  expect(await session.query(details.query)).toHaveLength(31)
  expect(await indexesOf(session, schema)).toEqual([])
})

test('the invalid leftover of a build that failed is dropped and built anew', async () => {
  const session = await openSession()
  const schema = await usersTable(session, 3)
  await leaveInvalid(session, schema)
  const terms = buildTerms()
  await buildIndex(session, schema, byEmail, terms)
  expect(await indexesOf(session, schema)).toEqual([builtByEmail])
  expect(terms.logger.lines.map(({ message }) => message)).toContain('dropping the invalid leftover of index idx_users_email')
})

test('the same index is left as it is, and another one under the name is a conflict that names what differs', async () => {
  const session = await openSession()
  const schema = await usersTable(session)
  await session.query(`create index idx_users_age on "${schema}".users (account_id, age desc) where (age is not null)`)
  await buildIndex(session, schema, byAge, buildTerms())
  await expect(buildIndex(session, schema, { ...byAge, unique: true, columns: 'account_id, age' }, buildTerms())).rejects.toMatchObject({
    code: 'INDEX_CONFLICT',
    details: {
      found: 'idx_users_age',
      differences: ['unique: declared true, found false', 'columns: declared (account_id, age), found (account_id, age DESC)'],
    },
  })
  await session.query(`create table "${schema}".idx_users_email ()`)
  await expect(buildIndex(session, schema, byEmail, buildTerms())).rejects.toMatchObject({
    code: 'INDEX_CONFLICT',
    details: { differences: ['it is not an index'] },
  })
  expect(await indexesOf(session, schema)).toEqual([builtByAge])
})

test('a build that somebody cancels is tried again', async () => {
  const [session, other, admin] = [await openSession(), await openSession(), await openSession()]
  const schema = await usersTable(session, 10)
  await other.query('begin isolation level repeatable read')
  await other.query('select count(*) from pg_class')
  const terms = buildTerms()
  const building = buildIndex(session, schema, byEmail, terms)
  await untilItWaits(admin, session.pid)
  await admin.query('select pg_cancel_backend($1)', [session.pid])
  while (!terms.logger.lines.some(({ message }) => message.includes('trying again'))) await sleep(20)
  await other.query('commit')
  await building
  expect(await indexesOf(session, schema)).toEqual([builtByEmail])
  // Other tests run beside this one on the same server, and their transactions hold a build up as well.
  const blocker = expect.objectContaining({ pid: other.pid, state: 'idle in transaction', application: 'index test' })
  expect(terms.logger.lines.filter(({ message }) => message.includes('trying again'))).toMatchObject([
    { details: { attempt: 1, blockers: expect.arrayContaining([blocker]) } },
  ])
})

test('after its backend was terminated, the next run drops what was left and builds it', async () => {
  const [session, other, admin] = [await openSession(), await openSession(), await openSession()]
  const schema = await usersTable(session, 10)
  await other.query('begin isolation level repeatable read')
  await other.query('select count(*) from pg_class')
  const building = buildIndex(session, schema, byEmail, buildTerms()).catch((error: unknown) => error)
  await untilItWaits(admin, session.pid)
  await admin.query('select pg_terminate_backend($1, 5000)', [session.pid])
  expect(await building).toBeInstanceOf(Error)
  await other.query('commit')
  expect(await indexesOf(admin, schema)).toEqual(['idx_users_email INVALID: unique btree (account_id, email)'])
  await buildIndex(admin, schema, byEmail, buildTerms())
  expect(await indexesOf(admin, schema)).toEqual([builtByEmail])
})

test('one that another session is building is waited for, not dropped and not built twice', async () => {
  const [session, builder, other, admin] = [await openSession(), await openSession(), await openSession(), await openSession()]
  const schema = await usersTable(session, 10)
  await other.query('begin isolation level repeatable read')
  await other.query('select count(*) from pg_class')
  const built = builder.query(`create unique index concurrently idx_users_email on "${schema}".users (account_id, email)`)
  await untilItWaits(admin, builder.pid)
  const terms = buildTerms()
  const waiting = buildIndex(session, schema, byEmail, terms)
  while (terms.logger.lines.length === 0) await sleep(20)
  const [{ oid } = {}] = await admin.query(`select '"${schema}".idx_users_email'::regclass::oid`)
  await other.query('commit')
  await built
  await waiting
  expect(terms.logger.lines).toMatchObject([{ message: expect.stringContaining('waiting for it'), details: { pid: builder.pid } }])
  expect(await admin.query(`select '"${schema}".idx_users_email'::regclass::oid`)).toEqual([{ oid }])
})

test('a runner that asks for the advisory lock again and again is no obstacle to the build of its holder', async () => {
  const [holder, waiter] = [await openSession(), await openSession()]
  const schema = await usersTable(holder, 1_000)
  const lock = `pg_try_advisory_lock(hashtext('${schema}')) as locked`
  expect(await holder.query(`select ${lock}`)).toEqual([{ locked: true }])
  let looks = 0
  const waiting = (async () => {
    while ((await waiter.query(`select ${lock}`))[0]?.locked !== true) {
      looks += 1
      await sleep(5)
    }
  })()
  for (const index of [byEmail, byAge]) await buildIndex(holder, schema, index, buildTerms())
  await holder.query('select pg_advisory_unlock_all()')
  await waiting
  expect(looks).toBeGreaterThan(0)
  expect(await indexesOf(holder, schema)).toEqual([builtByAge, builtByEmail])
})

test('two sessions that build the same at once make one', async () => {
  const sessions = [await openSession(), await openSession(), await openSession()]
  const [first] = sessions
  if (first === undefined) return expect.unreachable()
  const schema = await usersTable(first, 1_000)
  const outcomes = await Promise.allSettled(sessions.map((session) => buildIndex(session, schema, byAge, buildTerms())))
  expect(outcomes.map(({ status }) => status)).toContain('fulfilled')
  for (const session of sessions) await buildIndex(session, schema, byAge, buildTerms())
  expect(await indexesOf(first, schema)).toEqual([builtByAge])
})

test('an aborted signal ends the wait for another builder, and says so', async () => {
  const [session, builder, other, admin] = [await openSession(), await openSession(), await openSession(), await openSession()]
  const schema = await usersTable(session, 10)
  await other.query('begin isolation level repeatable read')
  await other.query('select count(*) from pg_class')
  const built = builder.query(`create index concurrently idx_users_age on "${schema}".users (account_id, age desc) where age is not null`)
  await untilItWaits(admin, builder.pid)
  const controller = new AbortController()
  const waiting = buildIndex(session, schema, byAge, { ...buildTerms(), signal: controller.signal })
  await sleep(100)
  controller.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
  await other.query('commit')
  await built
})

test('on a table without rows it is made at once, whatever is open elsewhere; concurrently where somebody uses the table', async () => {
  const [session, other, admin] = [await openSession(), await openSession(), await openSession()]
  const schema = await usersTable(session)
  await other.query('begin isolation level repeatable read')
  await other.query('select count(*) from pg_class')
  await buildIndex(session, schema, byAge, buildTerms())
  expect(await indexesOf(session, schema)).toEqual([builtByAge])
  await other.query(`lock table "${schema}".users in row exclusive mode`)
  const terms = buildTerms()
  const building = buildIndex(session, schema, byEmail, terms)
  await untilItWaits(admin, session.pid, 'waiting for writers%')
  await other.query('commit')
  await building
  expect(await indexesOf(session, schema)).toEqual([builtByAge, builtByEmail])
})

test('in a transaction it is built at once, and its failure leaves the transaction usable', async () => {
  const session = await openSession()
  const schema = await usersTable(session, 3)
  await session.query(`insert into "${schema}".users values ('acme', 'mail1', 1)`)
  const terms = { ...buildTerms(), concurrently: false }
  await session.query('begin')
  await expect(buildIndex(session, schema, byEmail, terms)).rejects.toMatchObject({ code: 'DUPLICATE_KEYS', details: { totalGroups: 1 } })
  await buildIndex(session, schema, byAge, terms)
  await session.query('commit')
  expect(await indexesOf(session, schema)).toEqual([builtByAge])
})

/** Waits until the backend is building an index and waits for the transactions of others. */
async function untilItWaits(admin: MigrationSession, pid: number, phase = 'waiting for old snapshots%'): Promise<void> {
  const waits = `select from pg_stat_progress_create_index where pid = $1 and phase like $2`
  while ((await admin.query(waits, [pid, phase])).length === 0) await sleep(20)
}
