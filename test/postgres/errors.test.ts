import { createServer, type Server } from 'node:net'
import { Pool } from 'pg'
import { describe, expect, test } from 'vitest'
import { postgres } from '../../src/postgres/index.js'
import { translateError } from '../../src/postgres/translate-error.js'
import { holding, rowOf, tableOf } from './holding.js'
import { onServer, scratchPool } from './scratch-schema.js'
import { seedConversation, stamp } from './seed.js'

const find = { accountId: 'acme', conversationId: 'x', signal: null }
const rename = (conversationId: string, nickname: string) => ({
  ...stamp(),
  target: { conversationId },
  expectedVersion: null,
  patch: { nickname },
})

describe('a connection that is lost', () => {
  test('while a write is on its way leaves its outcome unknown, and the next call has a new connection', async () => {
    const scratch = await onServer()
    const { id } = await seedConversation(scratch, { customerId: 'lan' })
    const held = await holding(rowOf(scratch, id))
    const write = rename(id, 'x')
    const lost = scratch.adapter.operations.updateConversation(write)
    lost.catch(() => {})
    await held.terminate(await held.waiter())
    await expect(lost).rejects.toMatchObject({
      code: 'COMMIT_OUTCOME_UNKNOWN',
      outcome: 'unknown',
      details: { operationId: write.operationId },
    })
    await expect(lost).rejects.toHaveProperty('cause')
    await held.release()
    expect(await scratch.adapter.operations.updateConversation({ ...write, firstSentAt: performance.now() - 100 })).toMatchObject({
      outcome: 'updated',
      conversation: { version: 1 },
    })
  })

  test('while a read is on its way is UNAVAILABLE', async () => {
    const scratch = await onServer()
    const held = await holding(tableOf(scratch))
    const lost = scratch.adapter.operations.findConversation(find)
    lost.catch(() => {})
    await held.terminate(await held.waiter())
    await expect(lost).rejects.toMatchObject({ code: 'UNAVAILABLE', outcome: 'not_applied' })
    await held.release()
    expect(await scratch.adapter.operations.findConversation(find)).toBeNull()
  })

  test('before anything was sent is UNAVAILABLE, also for a write', async () => {
    const refusing = new Pool({ host: '127.0.0.1', port: await closedPort() })
    await expect(postgres({ pool: refusing }).operations.updateConversation(rename('x', 'x'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
    await expect(postgres({ pool: refusing }).migrate()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(postgres({ pool: refusing }).checkSchema()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await refusing.end()
    await expect(postgres({ pool: refusing }).operations.updateConversation(rename('x', 'x'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
    const pool = scratchPool({ max: 1, connectionTimeoutMillis: 50 })
    const borrowed = await pool.connect()
    await expect(postgres({ pool }).operations.updateConversation(rename('x', 'x'))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    borrowed.release()
  })

  test('by a server that hangs up on the statement leaves the outcome of a write unknown', async () => {
    const scratch = await onServer()
    const { id } = await seedConversation(scratch, { customerId: 'lan' })
    const client = await scratch.pool.connect()
    const held = await holding(rowOf(scratch, id))
    const stream: unknown = Reflect.get(Reflect.get(client, 'connection'), 'stream')
    client.release()
    const lost = scratch.adapter.operations.updateConversation(rename(id, 'x'))
    lost.catch(() => {})
    await held.waiter()
    ;(stream as { destroy(): void }).destroy()
    await expect(lost).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
    await held.release()
  })
})

test("the host's timeouts have their names", async () => {
  const pool = scratchPool({ max: 3 })
  const scratch = await onServer({ pool })
  const { id } = await seedConversation(scratch, { customerId: 'lan' })
  const held = await holding(rowOf(scratch, id))
  const impatient = (options: string) =>
    postgres({ pool: scratchPool({ options }), schema: scratch.schema }).operations.updateConversation(rename(id, 'x'))
  await expect(impatient('-c lock_timeout=50')).rejects.toMatchObject({ code: 'CONTENTION', outcome: 'not_applied' })
  await expect(impatient('-c statement_timeout=50')).rejects.toMatchObject({ code: 'UNAVAILABLE', outcome: 'not_applied' })
  await expect(impatient('-c default_transaction_read_only=on')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await held.release()
})

describe('a signal', () => {
  test('that is aborted already sends nothing', async () => {
    const pool = new Pool({ host: '127.0.0.1', port: 1 })
    const reason = new Error('too late')
    const read = postgres({ pool }).operations.findConversation({ ...find, signal: AbortSignal.abort(reason) })
    await expect(read).rejects.toMatchObject({ code: 'ABORTED', cause: reason })
  })

  test.each([1, 4])('stops the statement on the server, with %i connection(s) in the pool', async (max) => {
    const scratch = await onServer()
    const held = await holding(tableOf(scratch))
    const pool = scratchPool({ max })
    const controller = new AbortController()
    const read = postgres({ pool, schema: scratch.schema }).operations.findConversation({ ...find, signal: controller.signal })
    read.catch(() => {})
    await held.waiter()
    controller.abort()
    // With one connection there is none left to cancel on. The statement runs to its end, and the answer is the same.
    if (max === 1) await held.release()
    await expect(read).rejects.toMatchObject({ code: 'ABORTED' })
    if (max > 1) {
      expect(await held.waiters()).toEqual([])
      await held.release()
    }
    expect((await pool.query('select 1 as alive')).rows).toEqual([{ alive: 1 }])
  })
})

test('a unique violation, a refused value and a missing right never reach the host raw', () => {
  const raised = (code: string, more: object = {}) => Object.assign(new Error('secret value'), { code, ...more })
  const origin = { operationId: 'o', inTransaction: false }
  const codes = {
    '23505': 'CONTENTION',
    '40001': 'CONTENTION',
    '40P01': 'CONTENTION',
    '55P03': 'CONTENTION',
    '53300': 'UNAVAILABLE',
    '57P03': 'UNAVAILABLE',
    '57014': 'UNAVAILABLE',
    '57P01': 'COMMIT_OUTCOME_UNKNOWN',
    '57P02': 'COMMIT_OUTCOME_UNKNOWN',
    '08006': 'COMMIT_OUTCOME_UNKNOWN',
    '08P01': 'COMMIT_OUTCOME_UNKNOWN',
    '25P04': 'COMMIT_OUTCOME_UNKNOWN',
    '23514': 'VALIDATION_FAILED',
    P0001: 'UNAVAILABLE',
    '42601': 'UNAVAILABLE',
    '22021': 'VALIDATION_FAILED',
    '42501': 'UNSUPPORTED',
    '26000': 'UNSUPPORTED',
    '42P05': 'UNSUPPORTED',
    ECONNRESET: 'COMMIT_OUTCOME_UNKNOWN',
    EPIPE: 'COMMIT_OUTCOME_UNKNOWN',
  }
  for (const [code, expected] of Object.entries(codes)) {
    const error = translateError(raised(code), origin)
    expect([code, error]).toMatchObject([code, { code: expected }])
    expect(JSON.stringify(error)).not.toContain('secret value')
  }
  expect(translateError(raised('57P01'), { operationId: null, inTransaction: false })).toMatchObject({ code: 'UNAVAILABLE' })
  expect(translateError(raised('ECONNRESET'), { operationId: 'o', inTransaction: true })).toMatchObject({ code: 'UNAVAILABLE' })
  expect(translateError(raised('0A000', { routine: 'RevalidateCachedQuery' }), origin)).toMatchObject({ code: 'CONTENTION' })
  const bug = new TypeError('a bug')
  expect(translateError(bug, origin)).toBe(bug)
})

async function closedPort(): Promise<number> {
  const server: Server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
