import { EventEmitter, once } from 'node:events'
import { Socket } from 'node:net'
import type { Pool, PoolClient } from 'pg'
import { describe, expect, test } from 'vitest'
import { type AccountConversations, createConversationStore, type RetryOptions } from '../../src/index.js'
import { idleInTransactionMs } from '../../src/postgres/executor.js'
import { postgres } from '../../src/postgres/index.js'
import { isServerAbsent } from '../contract/server.js'
import { onServer, recordStatements, type SentStatement, scratchPool } from './scratch-schema.js'

const lease = { kind: 'sync', key: 'page' }
const over = { ...lease, ttlMs: 1 }
const held = { ...lease, ttlMs: 60_000 }
const whom = { oaId: 'page', customerId: 'lan' }

describe.skipIf(isServerAbsent('postgres'))('a write under a lease', () => {
  test('that stands still is ended by the server, and the next holder gets the lease and the conversation', async () => {
    const { account, schema } = await opened()
    const still = holdingCommits(schema)
    const late = still.account.upsertConversationWithEvents(
      { ...whom, events: [said('late')] },
      { lease: await acquired(still.account, over) },
    )
    await Promise.race([still.isHeld, late])

    const next = await acquired(account, held)
    const { events } = await account.upsertConversationWithEvents({ ...whom, events: [said('of the next')] }, { lease: next })
    expect(events).toMatchObject([{ outcome: 'stored' }])
    still.letGo()
    await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST', details: { reason: 'taken over' } })
    expect(await textsOf(account)).toEqual(['of the next'])
  })

  test('that stands still keeps neither a release nor a live write waiting', async () => {
    const { account, schema } = await opened()
    const still = holdingCommits(schema)
    const claim = await acquired(account, held)
    const late = still.account.upsertConversationWithEvents({ ...whom, events: [said('late')] }, { lease: claim })
    await Promise.race([still.isHeld, late])

    await Promise.all([account.releaseLease(claim), account.upsertConversationWithEvents({ ...whom, events: [said('live')] })])
    still.letGo()
    await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(await textsOf(account)).toEqual(['live'])
  })

  test.each([
    // A process that was busy elsewhere reads that the session has ended before it sends the commit.
    { process: 'that was idle', isFrozen: false, code: 'UNAVAILABLE', outcome: 'not_applied' },
    // One that was stopped sends the commit first, and reads the same as the answer to it.
    { process: 'that was frozen', isFrozen: true, code: 'COMMIT_OUTCOME_UNKNOWN', outcome: 'unknown' },
  ])('of a process $process ends with $code, without the connection', async ({ isFrozen, code, outcome }) => {
    const { account, schema } = await opened()
    const still = holdingCommits(schema, { isFrozen, retry: { attempts: 1 } })
    const late = still.account.upsertConversation(whom, { lease: await acquired(account, over) })
    await Promise.race([still.isHeld, late])
    await acquired(account, held)
    still.letGo()
    await expect(late).rejects.toMatchObject({ code, outcome })
    expect(still.pool.totalCount).toBe(0)
    expect(await account.findByOaAndCustomer(whom)).toBeNull()
  })

  test('is sent again where nobody took the lease over, and is stored once', async () => {
    const { account, schema } = await opened()
    const still = holdingCommits(schema)
    const claim = await acquired(account, held)
    const late = still.account.upsertConversationWithEvents({ ...whom, events: [said('late')] }, { lease: claim })
    await Promise.race([still.isHeld, late])
    await still.hasEnded
    still.letGo()
    expect(await late).toMatchObject({ events: [{ outcome: 'stored' }] })
    expect(await textsOf(account)).toEqual(['late'])
  })
})

describe.skipIf(isServerAbsent('postgres'))('the bound of a transaction', () => {
  test('goes with the beginning of each, and is the transaction’s own', async () => {
    const { account, pool } = await opened()
    const claim = await acquired(account, held)
    const sent = recordStatements(pool)
    await account.upsertConversation(whom, { lease: claim })
    await account.sweep()
    const begins = 'begin isolation level read committed; set local idle_in_transaction_session_timeout = 10000'
    expect(begun(sent)).toEqual([begins, begins])
    const { rows } = await pool.query("select current_setting('idle_in_transaction_session_timeout') as idle")
    expect(rows).toEqual([{ idle: '0' }])
  })

  test('leaves no transaction open if the server refuses it', async () => {
    const { schema, account } = await opened()
    const pool = rewritten(`= ${idleInTransactionMs}`, "= 'long'")
    const refused = createConversationStore({ adapter: (await onServer({ pool, schema })).adapter }).forAccount('acme')
    await expect(refused.upsertConversation(whom, { lease: await acquired(account, held) })).rejects.toMatchObject({
      cause: { code: '22023' },
    })
    expect(pool.totalCount).toBe(1)
    expect(await refused.findByOaAndCustomer(whom)).toBeNull()
  })
})

const begun = (sent: readonly SentStatement[]) => sent.map(({ text }) => text).filter((text) => text.startsWith('begin'))

function said(text: string) {
  return { type: 'message', messageId: text, text } as const
}

async function opened() {
  const pool = scratchPool({ max: 2 })
  const { adapter, schema } = await onServer({ pool })
  return { account: createConversationStore({ adapter }).forAccount('acme'), pool, schema }
}

/** Acquires a lease as soon as its time is over, by the server's clock. */
async function acquired(account: AccountConversations, wanted: typeof held) {
  for (;;) {
    const answer = await account.acquireLease({ ...wanted, holder: 'a process' })
    if (answer.acquired) return { ...lease, token: answer.lease.token }
  }
}

async function textsOf(account: AccountConversations): Promise<readonly string[]> {
  const conversation = await account.findByOaAndCustomer(whom)
  const { items } = await account.listMessages({ conversationId: conversation?.id ?? '' })
  return items.map(({ text }) => text)
}

type Answer = Promise<unknown>

/** A pool of one client, whose statements go through `send`. */
function poolThrough(send: (client: PoolClient, text: string, query: (text: string) => Answer) => Answer): Pool {
  const pool = scratchPool({ max: 1 })
  pool.on('connect', (client) => {
    const query = client.query.bind(client)
    Object.assign(client, {
      query: (config: SentStatement) => send(client, config.text, (text) => query({ ...config, text } as never)),
    })
  })
  return pool
}

function rewritten(from: string, to: string): Pool {
  return poolThrough((_, text, query) => query(text.replace(from, to)))
}

/**
 * A process that sends no commit before it is let go. A frozen one reads nothing either. Once it stands still, the
 * bound of its transaction is shortened, if it has one. A second of it is time enough for the process to freeze.
 */
function holdingCommits(
  schema: string,
  { isFrozen = false, retry = {} }: { readonly isFrozen?: boolean; readonly retry?: RetryOptions } = {},
) {
  const events = new EventEmitter()
  const [isHeld, hasEnded, go] = [once(events, 'held'), once(events, 'ended'), once(events, 'go')]
  const shorten = `select set_config(name, '${isFrozen ? 1_000 : 1}', true) from pg_settings
    where name = 'idle_in_transaction_session_timeout' and setting = '${idleInTransactionMs}'`
  const pool = poolThrough(async (client, text, query) => {
    if (text !== 'commit' || events.listenerCount('held') === 0) return query(text)
    const stream: unknown = Reflect.get(Object(Reflect.get(client, 'connection')), 'stream')
    if (!(stream instanceof Socket)) throw new TypeError('the connection has no socket')
    client.once('error', () => events.emit('ended'))
    await query(shorten)
    if (isFrozen) stream.pause()
    events.emit('held')
    await go
    const answer = query(text)
    stream.resume()
    return answer
  })
  const adapter = postgres({ pool, schema })
  const account = createConversationStore({ adapter, retry }).forAccount('acme')
  return { account, pool, isHeld, hasEnded, letGo: () => events.emit('go') }
}
