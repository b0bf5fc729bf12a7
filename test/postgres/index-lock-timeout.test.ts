import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { withLockTimeout } from '../../src/postgres/migrator/indexes/lock-timeout.js'
import { buildTerms, emptySchema, openSession } from './index-scratch.js'

async function usersTable(): Promise<string> {
  const session = await openSession()
  const schema = await emptySchema()
  await session.query(
    `create table "${schema}".users (account_id text); insert into "${schema}".users values ('secret text of a customer')`,
  )
  return schema
}

test('a change behind a long reader gives up soon, lets the readers behind it pass, and is made when the table is free', async () => {
  const [session, holder, reader] = [await openSession(), await openSession({ name: 'long report' }), await openSession()]
  const schema = await usersTable()
  const terms = buildTerms()
  await holder.query(`begin; select 'secret text of a customer', count(*) from "${schema}".users`)
  const change = { schema, table: 'users', object: 'column users.name', lockTimeoutMs: 100, ...terms }
  const changed = withLockTimeout(session, change, () => session.query(`alter table "${schema}".users add column name text`))
  let slowest = 0
  for (let reads = 0; terms.logger.lines.length < 2 || reads < 20; reads += 1) {
    const began = performance.now()
    await reader.query(`select count(*) from "${schema}".users`)
    slowest = Math.max(slowest, performance.now() - began)
    await sleep(10)
  }
  await holder.query('commit')
  await changed
  expect(await reader.query(`select name from "${schema}".users`)).toEqual([{ name: null }])
  // The limit is the timeout plus the delay that a loaded machine may add.
  expect(slowest).toBeLessThan(1_000)
  expect(await session.query('show lock_timeout')).toEqual([{ lock_timeout: '0' }])
})

test('one that gives up for good says who was in the way, and nothing of what they run', async () => {
  const [session, holder] = [await openSession(), await openSession({ name: 'long report' })]
  const schema = await usersTable()
  await holder.query(`begin; select 'secret text of a customer', count(*) from "${schema}".users`)
  const terms = buildTerms()
  const change = { schema, table: 'users', object: 'column users.name', lockTimeoutMs: 50, attempts: 2, ...terms }
  const error = await withLockTimeout(session, change, () => session.query(`alter table "${schema}".users add column name text`)).catch(
    (caught: unknown) => caught,
  )
  expect(error).toMatchObject({
    code: 'SCHEMA_CHANGE_BLOCKED',
    message: expect.stringContaining(
      `column users.name of ${schema} could not be changed in 2 attempt(s): in the way: backend ${holder.pid} (long report)`,
    ),
    details: {
      database: schema,
      object: 'column users.name',
      attempts: 2,
      blockers: [{ pid: holder.pid, application: 'long report', state: 'idle in transaction', transactionAgeMs: expect.any(Number) }],
    },
  })
  expect(JSON.stringify([error, terms.logger.lines])).not.toContain('secret')
  expect(terms.logger.lines.map(({ message }) => message)).toEqual(['column users.name is blocked, trying again'])
})

test('another error is thrown at once, and settings go back to what they were', async () => {
  const session = await openSession()
  const schema = await usersTable()
  await session.query(`set lock_timeout = '7s'`)
  let attempts = 0
  const work = async () => {
    attempts += 1
    expect(await session.query('show lock_timeout')).toEqual([{ lock_timeout: '2s' }])
    await session.query(`alter table "${schema}".users add column account_id text`)
  }
  const change = { schema, table: 'users', object: 'users', ...buildTerms() }
  await expect(withLockTimeout(session, change, work)).rejects.toMatchObject({ code: '42701' })
  expect(attempts).toBe(1)
  expect(await session.query('show lock_timeout')).toEqual([{ lock_timeout: '7s' }])
})

test('in a transaction that has failed nothing is tried again, and the server says why', async () => {
  const [session, holder] = [await openSession(), await openSession()]
  const schema = await usersTable()
  await holder.query(`begin; lock table "${schema}".users`)
  await session.query('begin')
  let attempts = 0
  const work = () => {
    attempts += 1
    return session.query(`alter table "${schema}".users add column name text`)
  }
  await expect(
    withLockTimeout(session, { schema, table: 'users', object: 'users', lockTimeoutMs: 50, ...buildTerms() }, work),
  ).rejects.toMatchObject({ code: '55P03' })
  expect(attempts).toBe(1)
  await session.query('rollback')
  expect(await session.query('show lock_timeout')).toEqual([{ lock_timeout: '0' }])
})

test('an aborted signal ends the attempts', async () => {
  const [session, holder] = [await openSession(), await openSession()]
  const schema = await usersTable()
  await holder.query(`begin; lock table "${schema}".users`)
  const controller = new AbortController()
  const change = { schema, table: 'users', object: 'users', lockTimeoutMs: 50, ...buildTerms(), signal: controller.signal }
  const changed = withLockTimeout(session, change, () => session.query(`alter table "${schema}".users add column name text`))
  setTimeout(() => controller.abort(), 150)
  await expect(changed).rejects.toMatchObject({ code: 'ABORTED' })
})
