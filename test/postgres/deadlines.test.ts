import { createServer } from 'node:net'
import { Client, Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { postgres } from '../../src/postgres/index.js'
import { holding, rowOf, tableOf } from './holding.js'
import { onServer, postgresUrl, scratchPool } from './scratch-schema.js'

const lan = { oaId: 'page', customerId: 'lan' }

/** A host that takes connections and never says a word. */
async function silentPool(): Promise<Pool> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const pool = new Pool({ host: '127.0.0.1', port: address.port })
  onTestFinished(() => void server.close())
  return pool
}

describe('a call whose time is up', () => {
  test('while it waits for a connection was not applied, and the connection goes to the next caller', async () => {
    const pool = scratchPool({ max: 1 })
    const scratch = await onServer({ pool })
    const account = createConversationStore({ adapter: scratch.adapter, deadlineMs: 50 }).forAccount('acme')
    const borrowed = await pool.connect()
    const write = account.upsertConversation(lan)
    await expect(write).rejects.toMatchObject({ code: 'UNAVAILABLE', outcome: 'not_applied', retryable: true })
    borrowed.release()
    const patient = createConversationStore({ adapter: scratch.adapter }).forAccount('acme')
    expect(await patient.findByOaAndCustomer(lan)).toBeNull()
    expect(pool.idleCount).toBe(1)
    expect(borrowed.listenerCount('error')).toBe(1)
  })

  test('while a host is dead is UNAVAILABLE', async () => {
    const account = createConversationStore({ adapter: postgres({ pool: await silentPool() }), deadlineMs: 50 }).forAccount('acme')
    await expect(account.upsertConversation(lan)).rejects.toMatchObject({ code: 'UNAVAILABLE', outcome: 'not_applied' })
  })

  test('while its statement waits for a lock is cancelled on the server, and was not applied', async () => {
    const scratch = await onServer()
    const { conversation } = await createConversationStore({ adapter: scratch.adapter }).forAccount('acme').upsertConversation(lan)
    const held = await holding(rowOf(scratch, conversation.id))
    const account = createConversationStore({ adapter: scratch.adapter, deadlineMs: 300 }).forAccount('acme')
    const write = account.updateNickname({ ...lan, nickname: 'late' })
    await expect(write).rejects.toMatchObject({ code: 'UNAVAILABLE', outcome: 'not_applied', cause: { code: '57014' } })
    expect(await held.waiters()).toEqual([])
    await held.release()
    expect(await account.findByOaAndCustomer(lan)).toMatchObject({ nickname: null, version: 0 })
  })

  test('while its batch of a move waits for a lock is cancelled before the store’s deadline, and has moved nobody', async () => {
    const scratch = await onServer()
    const account = createConversationStore({ adapter: scratch.adapter }).forAccount('acme')
    for (const oaId of ['page', 'there']) await account.connectInbox({ oaId, channel: 'whatsapp' })
    const { conversation } = await account.upsertConversation(lan)
    const move = { sourceOaId: 'page', destinationOaId: 'there', onActiveConflict: 'skip' } as const
    const { id: migrationId } = await account.beginInboxMigration(move)
    const held = await holding(rowOf(scratch, conversation.id))
    const batch = account.moveInboxBatch({ migrationId, expectedBatches: 0, withinMs: 300 })
    await expect(batch).rejects.toMatchObject({ code: 'UNAVAILABLE', outcome: 'not_applied', cause: { code: '57014' } })
    expect(await held.waiters()).toEqual([])
    await held.release()
    expect(await account.findInboxMigration({ migrationId })).toMatchObject({ batches: 0, moved: { conversations: 0 } })
    expect(await account.moveInboxBatch({ migrationId, expectedBatches: 0 })).toMatchObject({ batches: 1, moved: { conversations: 1 } })
  })

  test('with no connection to cancel on leaves a write unknown, and its connection is ended', async () => {
    const scratch = await onServer()
    const { conversation } = await createConversationStore({ adapter: scratch.adapter }).forAccount('acme').upsertConversation(lan)
    const held = await holding(rowOf(scratch, conversation.id))
    const pool = scratchPool({ max: 1 })
    const account = createConversationStore({ adapter: postgres({ pool, schema: scratch.schema }), deadlineMs: 300 }).forAccount('acme')
    const write = account.updateNickname({ ...lan, nickname: 'late' })
    await expect(write).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN', outcome: 'unknown' })
    await held.release()
    expect((await pool.query('select 1 as alive')).rows).toEqual([{ alive: 1 }])
  })

  test('on a single client frees its turn for the calls after it', async () => {
    const scratch = await onServer()
    const held = await holding(tableOf(scratch))
    const client = new Client({ connectionString: postgresUrl() })
    await client.connect()
    onTestFinished(() => client.end())
    const adapter = postgres({ pool: client, schema: scratch.schema })
    const account = createConversationStore({ adapter, deadlineMs: 100 }).forAccount('acme')
    const answers = await Promise.allSettled([account.findByOaAndCustomer(lan), account.findByOaAndCustomer(lan)])
    for (const answer of answers) expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } })
    await held.release()
    expect(await createConversationStore({ adapter }).forAccount('acme').findByOaAndCustomer(lan)).toBeNull()
  })

  test('while it waits for its statement to be folded is never sent', async () => {
    const scratch = await onServer({ coalesce: true })
    const { conversation } = await createConversationStore({ adapter: scratch.adapter }).forAccount('acme').upsertConversation(lan)
    const held = await holding(rowOf(scratch, conversation.id))
    const patient = createConversationStore({ adapter: scratch.adapter })
      .forAccount('acme')
      .upsertConversation({ ...lan, nickname: 'first' })
    await held.waiter()
    const hurried = createConversationStore({ adapter: scratch.adapter, deadlineMs: 50 }).forAccount('acme')
    const late = hurried.upsertConversation({ ...lan, nickname: 'late' })
    await expect(late).rejects.toMatchObject({ code: 'UNAVAILABLE', outcome: 'not_applied' })
    await held.release()
    expect(await patient).toMatchObject({ conversation: { nickname: 'first', version: 1 } })
  })
})

describe('a signal that aborts', () => {
  test('while the pool is exhausted ends the read at once, and leaves nothing behind', async () => {
    const pool = scratchPool({ max: 1 })
    const scratch = await onServer({ pool })
    const account = createConversationStore({ adapter: scratch.adapter }).forAccount('acme')
    const borrowed = await pool.connect()
    const abort = new AbortController()
    const reads = Array.from({ length: 40 }, () => account.findByOaAndCustomer(lan, { signal: abort.signal }))
    const answers = Promise.allSettled(reads)
    abort.abort(new Error('the client is gone'))
    for (const answer of await answers) expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'ABORTED' } })
    expect(pool.waitingCount).toBeGreaterThan(0)
    borrowed.release()
    expect(await account.findByOaAndCustomer(lan)).toBeNull()
    expect([pool.waitingCount, pool.idleCount]).toEqual([0, 1])
  })

  test('while a dead host is asked for a connection ends the read at once', async () => {
    const account = createConversationStore({ adapter: postgres({ pool: await silentPool() }) }).forAccount('acme')
    const abort = new AbortController()
    const read = account.findByOaAndCustomer(lan, { signal: abort.signal })
    abort.abort()
    await expect(read).rejects.toMatchObject({ code: 'ABORTED' })
  })
})

test('a wrong password and a wrong database are refused once, with what is needed', async () => {
  let connections = 0
  const url = new URL(postgresUrl())
  const wrong = [
    { options: { database: 'none' }, state: '3D000' },
    { options: { user: 'nobody_at_all', password: 'wrong' }, state: /^28/ },
  ]
  for (const { options, state } of wrong) {
    const pool = new Pool({
      host: url.hostname,
      port: Number(url.port),
      user: url.username,
      password: url.password,
      database: 'postgres',
      ...options,
    })
    pool.on('error', () => {})
    onTestFinished(() => pool.end())
    connections = 0
    const connect = pool.connect.bind(pool)
    pool.connect = ((...given: []) => {
      connections += 1
      return connect(...given)
    }) as typeof pool.connect
    const account = createConversationStore({ adapter: postgres({ pool }) }).forAccount('acme')
    const error: unknown = await account.upsertConversation(lan).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'UNSUPPORTED', retryable: false, cause: { code: expect.stringMatching(state) } })
    expect(connections).toBe(1)
  }
})
