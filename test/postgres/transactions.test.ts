import type { PGlite, Transaction } from '@electric-sql/pglite'
import type { PoolClient } from 'pg'
import { expect, test } from 'vitest'
import type { ConversationOperations } from '../../src/store/adapter.js'
import { onPglite, onServer, scratchPool } from './scratch-schema.js'
import { seedConversation, stamp } from './seed.js'

const find = (conversationId: string) => ({ accountId: 'acme', conversationId, signal: null })
const rename = (conversationId: string, nickname: string) => ({
  ...stamp(),
  target: { conversationId },
  expectedVersion: null,
  patch: { nickname },
})

test("calls in a pg client's transaction are the host's to commit or to roll back", async () => {
  const scratch = await onServer()
  const { id } = await seedConversation(scratch, { customerId: 'lan' })
  const client = await scratch.pool.connect()
  const inTransaction = scratch.adapter.using(client)
  await client.query('begin')
  await inTransaction.updateConversation(rename(id, 'Lan'))
  expect(await inTransaction.findConversation(find(id))).toMatchObject({ nickname: 'Lan' })
  expect(await scratch.adapter.operations.findConversation(find(id))).toMatchObject({ nickname: null })
  await client.query('rollback')
  expect(await scratch.adapter.operations.findConversation(find(id))).toMatchObject({ nickname: null, version: 0 })
  await client.query('begin')
  await inTransaction.updateConversation(rename(id, 'Lan'))
  await client.query('commit')
  client.release()
  expect(await scratch.adapter.operations.findConversation(find(id))).toMatchObject({ nickname: 'Lan', version: 1 })
})

test("calls in a PGlite transaction are the host's to commit or to roll back", async () => {
  const scratch = await onPglite()
  const { id } = await seedConversation(scratch, { customerId: 'lan' })
  await scratch.pglite
    .transaction(async (transaction) => {
      await scratch.adapter.using(transaction).updateConversation(rename(id, 'Lan'))
      throw new Error('the host changed its mind')
    })
    .catch(() => {})
  expect(await scratch.adapter.operations.findConversation(find(id))).toMatchObject({ version: 0 })
  await scratch.pglite.transaction((transaction) => scratch.adapter.using(transaction).updateConversation(rename(id, 'Lan')))
  expect(await scratch.adapter.operations.findConversation(find(id))).toMatchObject({ nickname: 'Lan', version: 1 })
})

/** What has to hold on both engines in a transaction in which a call of the library fails. */
async function survives(
  inTransaction: ConversationOperations,
  host: (text: string) => Promise<unknown>,
  ids: { closed: string; active: string },
): Promise<void> {
  await host('create temporary table if not exists of_the_host (n integer)')
  await host('insert into of_the_host values (1)')
  const racing = { ...stamp(), target: { conversationId: ids.closed }, expectedVersion: null }
  await expect(inTransaction.reopenConversation(racing)).rejects.toMatchObject({ code: 'ACTIVE_CONVERSATION_EXISTS' })
  const unheld = { ...stamp(), target: { conversationId: ids.active }, expectedVersion: null, patch: { nickname: '\u0000' } }
  await expect(inTransaction.updateConversation(unheld)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  // Concurrent calls take turns, because each has a savepoint, and savepoints nest.
  await Promise.allSettled([1, 2, 3].map((n) => inTransaction.updateConversation(n === 2 ? unheld : rename(ids.active, `n${n}`))))
  await host('insert into of_the_host values (2)')
}

test('a call that fails undoes itself alone, and the transaction goes on', async () => {
  const server = await onServer()
  const pglite = await onPglite()
  const client = await server.pool.connect()
  const onClient = async (work: (operations: ConversationOperations, host: (text: string) => Promise<unknown>) => Promise<void>) => {
    await client.query('begin')
    await work(server.adapter.using(client), (text) => client.query(text))
    await client.query('commit')
  }
  const onInstance = (work: (operations: ConversationOperations, host: (text: string) => Promise<unknown>) => Promise<void>) =>
    pglite.pglite.transaction((transaction) => work(pglite.adapter.using(transaction), (text) => transaction.exec(text)))
  for (const [scratch, inTransaction] of [
    [server, onClient],
    [pglite, onInstance],
  ] as const) {
    const { id: closed } = await seedConversation(scratch, { customerId: 'lan', status: 'closed' })
    const { id: active } = await seedConversation(scratch, { customerId: 'lan' })
    await inTransaction((operations, host) => survives(operations, host, { closed, active }))
    expect(await scratch.adapter.operations.findConversation(find(active))).toMatchObject({ nickname: 'n3', version: 2 })
  }
  expect((await client.query('select n from of_the_host order by n')).rows).toEqual([{ n: 1 }, { n: 2 }])
  client.release()
})

test('a race for the one active conversation is lost inside the savepoint', async () => {
  const scratch = await onServer()
  const first = await seedConversation(scratch, { customerId: 'lan', status: 'closed' })
  const second = await seedConversation(scratch, { customerId: 'lan', status: 'closed' })
  const reopen = (id: string) => ({ ...stamp(), target: { conversationId: id }, expectedVersion: null })
  const [a, b] = [await scratch.pool.connect(), await scratch.pool.connect()]
  await a.query('begin')
  await b.query('begin')
  await scratch.adapter.using(a).reopenConversation(reopen(first.id))
  const racing = scratch.adapter.using(b).reopenConversation(reopen(second.id))
  racing.catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 100))
  await a.query('commit')
  await expect(racing).rejects.toMatchObject({ code: 'ACTIVE_CONVERSATION_EXISTS', details: { conversationId: first.id } })
  expect((await b.query('select 1 as alive')).rows).toEqual([{ alive: 1 }])
  await b.query('rollback')
  a.release()
  b.release()
})

test('serialization failures and deadlocks in a transaction are CONTENTION, and leave it usable up to the host', async () => {
  const scratch = await onServer()
  const { id } = await seedConversation(scratch, { customerId: 'lan' })
  const client = await scratch.pool.connect()
  await client.query('begin isolation level repeatable read')
  const inTransaction = scratch.adapter.using(client)
  await inTransaction.findConversation(find(id))
  await scratch.adapter.operations.updateConversation(rename(id, 'elsewhere'))
  await expect(inTransaction.updateConversation(rename(id, 'here'))).rejects.toMatchObject({
    code: 'CONTENTION',
    retryable: true,
    outcome: 'not_applied',
  })
  await client.query('rollback')
  client.release()

  const { id: other } = await seedConversation(scratch, { customerId: 'minh' })
  const [a, b] = [await scratch.pool.connect(), await scratch.pool.connect()]
  await Promise.all([a.query('begin'), b.query('begin')])
  await scratch.adapter.using(a).updateConversation(rename(id, 'a'))
  await scratch.adapter.using(b).updateConversation(rename(other, 'b'))
  // The victim of the deadlock is rolled back to its savepoint, but its transaction keeps its locks. The other
  // transaction goes on only after the host has rolled the victim's transaction back.
  const settled = await Promise.allSettled([
    scratch.adapter
      .using(a)
      .updateConversation(rename(other, 'a'))
      .finally(() => a.query('rollback')),
    scratch.adapter
      .using(b)
      .updateConversation(rename(id, 'b'))
      .finally(() => b.query('rollback')),
  ])
  const failures = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
  expect(failures).toEqual(['CONTENTION'])
  a.release()
  b.release()
})

test('what is no open transaction is refused with what to give instead', async () => {
  const server = await onServer()
  const pglite = await onPglite()
  const refused = (transaction: unknown) =>
    expect(() => server.adapter.using(transaction)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
  refused(server.pool)
  refused(pglite.pglite satisfies PGlite)
  refused(null)
  refused('begin')
  const client: PoolClient = await server.pool.connect()
  await expect(server.adapter.using(client).findConversation(find('x'))).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    details: { needs: expect.stringContaining('BEGIN') },
  })
  await client.query('begin')
  await client.query('select 1 / 0').catch(() => {})
  await expect(server.adapter.using(client).findConversation(find('x'))).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    details: { needs: expect.stringContaining('roll it back') },
  })
  await client.query('rollback')
  client.release()
  let ended: Transaction | undefined
  await pglite.pglite.transaction(async (transaction) => {
    ended = transaction
  })
  await expect(pglite.adapter.using(ended).findConversation(find('x'))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('a connection that is lost inside a transaction took nothing with it but the transaction', async () => {
  const scratch = await onServer()
  const { id } = await seedConversation(scratch, { customerId: 'lan' })
  const client = await scratchPool().connect()
  client.on('error', () => {})
  await client.query('begin')
  const { rows } = await client.query('select pg_backend_pid() as pid')
  await scratch.query('select pg_terminate_backend($1)', [rows[0].pid])
  await expect(scratch.adapter.using(client).updateConversation(rename(id, 'x'))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    outcome: 'not_applied',
  })
  client.release(true)
})
