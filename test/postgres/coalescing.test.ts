import { describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { coalesce } from '../../src/postgres/coalesce.js'
import { postgres } from '../../src/postgres/index.js'
import type { ConversationOperations } from '../../src/store/adapter.js'
import {
  answeringInTurn,
  customer,
  hold,
  intercept,
  message,
  onCoalescingServer,
  payloads,
  quick,
  sizes,
  upTo,
} from './coalescing-server.js'
import { onPglite, onServer, recordStatements, scratchPool } from './scratch-schema.js'

describe('coalescing on PostgreSQL', () => {
  test('sends 64 concurrent calls in a few statements, and answers each with its own conversation', async () => {
    const { adapter, pool, query, schema } = await onCoalescingServer()
    const account = createConversationStore({ adapter }).forAccount('acme')
    const sent = recordStatements(pool)
    await answeringInTurn(pool, 4, async () => {
      const made = await Promise.all(
        upTo(64).map((n) => account.upsertConversationWithEvents({ ...customer(`c${n}`), events: [message(`t${n}`)] })),
      )
      expect(made.map(({ outcome, conversation: of }) => [outcome, of?.customerId, of?.version, of?.lastMessagePreview])).toEqual(
        upTo(64).map((n) => ['created', `c${n}`, 0, `t${n}`]),
      )
    })
    expect(sizes(sent)).toEqual([1, 1, 32, 30])
    expect(await query(`select count(*)::int as rows from "${schema}".messages`)).toEqual([{ rows: 64 }])
  })

  test('applies one customer’s calls in the order they came, each with its own version', async () => {
    const { adapter, pool, query, schema } = await onCoalescingServer()
    const account = createConversationStore({ adapter }).forAccount('acme')
    const sent = recordStatements(pool)
    const answers = await Promise.all(
      upTo(64).map((n) => account.upsertConversationWithEvents({ ...customer('lan'), events: [message(`t${n}`)] })),
    )
    expect(sizes(sent)).toEqual([1, 16, 16, 16, 15])
    expect(answers.map(({ conversation }) => conversation?.version)).toEqual(upTo(64))
    expect(await query(`select text from "${schema}".messages order by seq`)).toEqual(upTo(64).map((n) => ({ text: `t${n}` })))
  })

  test('creates one conversation in a race of 1,000', async () => {
    const { adapter, query, schema } = await onCoalescingServer()
    const account = createConversationStore({ adapter }).forAccount('acme')
    const outcomes = await Promise.all(
      upTo(1000).map(async (n) => (await account.upsertConversation({ ...customer('lan'), nickname: `n${n}` })).outcome),
    )
    expect(outcomes).toEqual(['created', ...upTo(999).map(() => 'updated')])
    expect(await query(`select version, nickname from "${schema}".conversations`)).toEqual([{ version: 999, nickname: 'n999' }])
  })

  test('never puts two accounts in one statement', async () => {
    const { adapter, pool, query, schema } = await onCoalescingServer()
    const store = createConversationStore({ adapter })
    const sent = recordStatements(pool)
    await answeringInTurn(pool, 5, () =>
      Promise.all(
        upTo(64).map((n) => store.forAccount(`account${n % 3}`).upsertConversation({ ...customer(`c${n}`), nickname: `${n % 3}` })),
      ),
    )
    for (const { account, items } of payloads(sent))
      expect(items.map(({ patch }) => `account${patch.nickname}`)).toEqual(items.map(() => account))
    expect(sizes(sent)).toEqual([1, 1, 21, 21, 20])
    const strays = `select 1 from "${schema}".conversations where account_id <> 'account' || nickname`
    expect(await query(strays)).toEqual([])
  })

  test('keeps each call’s injected time', async () => {
    const { adapter, query, schema } = await onCoalescingServer()
    let time = 0
    const account = createConversationStore({ adapter, clock: () => new Date(2026, 0, 1, 0, 0, Math.floor(++time / 8)) }).forAccount('acme')
    const made = await Promise.all(upTo(32).map((n) => account.upsertConversation(customer(`c${n}`))))
    expect(made.map(({ conversation }) => conversation.createdAt)).toEqual(
      upTo(32).map((n) => new Date(2026, 0, 1, 0, 0, Math.floor((n + 1) / 8))),
    )
    expect(await query(`select count(distinct created_at)::int as times from "${schema}".conversations`)).toEqual([{ times: 5 }])
  })

  test('fails the caller whose version is another one, as it would alone, and none beside it', async () => {
    const { adapter, pool, schema } = await onCoalescingServer()
    const account = createConversationStore({ adapter }).forAccount('acme')
    const sent = recordStatements(pool)
    const calls = upTo(16).map((n) => account.upsertConversation({ ...customer(`c${n}`), ...(n === 9 ? { expectedVersion: 4 } : {}) }))
    const results = await Promise.allSettled(calls)
    expect(sizes(sent).some((size) => size > 4)).toBe(true)
    expect(results.map(({ status }) => status)).toEqual(upTo(16).map((n) => (n === 9 ? 'rejected' : 'fulfilled')))
    const plain = createConversationStore({ adapter: postgres({ pool, schema }) }).forAccount('acme')
    const alone = await plain.upsertConversation({ ...customer('c9'), expectedVersion: 4 }).catch((error: unknown) => error)
    expect(results[9]).toMatchObject({ reason: alone })
    expect(results[9]).toMatchObject({ reason: { code: 'VERSION_CONFLICT', details: { expected: 4, actual: null } } })
  })

  test('fails the caller whose value the database refuses, and writes the others once', async () => {
    const { adapter, pool, query, schema } = await onCoalescingServer()
    const account = createConversationStore({ adapter }).forAccount('acme')
    await query(`alter table "${schema}".conversations add constraint polite check (nickname <> 'rude')`)
    const sent = recordStatements(pool)
    const calls = upTo(8).map((n) => account.upsertConversation({ ...customer(`c${n}`), nickname: n === 4 ? 'rude' : `n${n}` }))
    const results = await Promise.allSettled(calls)
    expect(sizes(sent).some((size) => size > 1)).toBe(true)
    expect(results[4]).toMatchObject({
      reason: { code: 'VALIDATION_FAILED', details: { issues: [{ message: 'the database refused it by polite' }] } },
    })
    for (const n of [0, 1, 2, 3, 5, 6, 7])
      expect(results[n]).toMatchObject({ value: { outcome: 'created', conversation: { nickname: `n${n}` } } })
    expect(await query(`select count(*)::int as rows from "${schema}".conversations`)).toEqual([{ rows: 7 }])
  })

  test('finds every call applied once after the reply of their statement was lost', async () => {
    const pool = scratchPool({ max: 4 })
    const { adapter, query, schema } = await onCoalescingServer(pool)
    const account = createConversationStore({ adapter, retry: quick }).forAccount('acme')
    let lost = 0
    intercept(
      pool,
      (statement) => payloads([statement]).some(({ items }) => items.length > 1),
      async (send) => {
        await send()
        lost += 1
        throw new Error('Connection terminated unexpectedly')
      },
    )
    const answers = await Promise.all([
      ...upTo(8).map((n) => account.upsertConversation({ ...customer(`c${n}`), nickname: 'x' })),
      ...upTo(16).map((n) => account.upsertConversation({ ...customer('lan'), nickname: `n${n}` })),
    ])
    expect(lost).toBeGreaterThan(0)
    expect(answers.map(({ outcome }) => outcome)).toEqual([...upTo(9).map(() => 'created'), ...upTo(15).map(() => 'updated')])
    expect(await query(`select customer_id, version from "${schema}".conversations where customer_id = 'lan' or version > 0`)).toEqual([
      { customer_id: 'lan', version: 15 },
    ])
  })

  test('tells every caller when there is no connection, and goes on when there is one', async () => {
    const pool = scratchPool({ max: 4 })
    const { schema, adapter } = await onCoalescingServer(pool)
    let isAway = true
    const connect = pool.connect.bind(pool)
    Object.assign(pool, { connect: (...args: []) => (isAway ? Promise.reject(new Error('ECONNREFUSED')) : connect(...args)) })
    const account = createConversationStore({ adapter, retry: quick }).forAccount('acme')
    const call = (n: number) => account.upsertConversation(customer(`c${n}`))
    const results = await Promise.allSettled(upTo(32).map(call))
    for (const result of results)
      expect(result).toMatchObject({ reason: { code: 'UNAVAILABLE', details: { attempts: 3 }, retryable: true } })
    isAway = false
    await Promise.all(upTo(32).map(call))
    expect((await pool.query(`select count(*)::int as rows from "${schema}".conversations`)).rows).toEqual([{ rows: 32 }])
  })

  test('lets others past a conversation that somebody holds, and then its callers in their order', async () => {
    const pool = scratchPool({ max: 6 })
    const { adapter, query, schema } = await onCoalescingServer(pool)
    const account = createConversationStore({ adapter }).forAccount('acme')
    await account.upsertConversation(customer('lan'))
    const held = await hold(pool, schema, 'lan')
    const stuck = upTo(5).map((n) => account.upsertConversation({ ...customer('lan'), nickname: `n${n}` }))
    const others = await Promise.all(upTo(40).map((n) => account.upsertConversation(customer(`c${n}`))))
    expect(others.map(({ outcome }) => outcome)).toEqual(upTo(40).map(() => 'created'))
    expect(await query(`select version from "${schema}".conversations where customer_id = 'lan'`)).toEqual([{ version: 0 }])
    await held.release()
    expect((await Promise.all(stuck)).map(({ conversation }) => conversation.nickname)).toEqual(upTo(5).map((n) => `n${n}`))
  })

  test('leaves the host’s transaction out of it, and bulk calls', async () => {
    const pool = scratchPool({ max: 8 })
    const { adapter, schema } = await onCoalescingServer(pool)
    const store = createConversationStore({ adapter })
    const account = store.forAccount('acme')
    await Promise.all(['a', 'b'].map((id) => account.upsertConversation(customer(id))))
    const held = [await hold(pool, schema, 'a'), await hold(pool, schema, 'b')]
    const stuck = ['a', 'b'].map((id) => account.upsertConversation({ ...customer(id), nickname: 'late' }))
    const waiting = account.upsertConversation(customer('c'))

    const client = await pool.connect()
    await client.query('begin')
    const inside = await store.using(client).forAccount('acme').upsertConversation(customer('d'))
    await client.query('rollback')
    client.release()
    expect(inside.outcome).toBe('created')
    const bulk = await account.bulkUpsertConversationsWithEvents({ conversations: [customer('d'), customer('e')] })
    expect(bulk).toMatchObject([{ outcome: 'created' }, { outcome: 'created' }])

    // A call that waits when the store is closed is still written and answered.
    await store.close()
    for (const { release } of held) await release()
    expect((await Promise.all([...stuck, waiting])).map(({ outcome }) => outcome)).toEqual(['updated', 'updated', 'created'])
  })

  test('answers every caller when the host ends its pool meanwhile', async () => {
    const pool = scratchPool({ max: 2 })
    const { adapter } = await onCoalescingServer(pool)
    const account = createConversationStore({ adapter, retry: quick }).forAccount('acme')
    await account.upsertConversation(customer('first'))
    const calls = upTo(16).map((n) => account.upsertConversation(customer(`c${n}`)))
    const ended = pool.end()
    Object.assign(pool, { end: async () => {} })
    const results = await Promise.allSettled(calls)
    await ended
    for (const result of results.slice(2)) expect(result).toMatchObject({ reason: { code: 'UNAVAILABLE' } })
  })

  test('works on PGlite, one statement at a time', async () => {
    const { adapter, pglite } = await onPglite({ coalesce: true })
    const account = createConversationStore({ adapter }).forAccount('acme')
    const sizes: number[] = []
    const query = pglite.query.bind(pglite)
    Object.assign(pglite, {
      query: (text: string, values: unknown[], ...rest: []) => {
        sizes.push(...payloads([{ text, values }]).map(({ items }) => items.length))
        return query(text, values, ...rest)
      },
    })
    const made = await Promise.all(
      upTo(64).map((n) => account.upsertConversationWithEvents({ ...customer(`c${n}`), events: [message('x')] })),
    )
    expect(made.map(({ outcome, conversation }) => [outcome, conversation?.customerId])).toEqual(upTo(64).map((n) => ['created', `c${n}`]))
    expect(sizes).toEqual([1, 63])
  })
})

type Upsert = ConversationOperations['upsertConversations']

describe('planted bugs in shared statements show:', () => {
  const bugs: Readonly<Record<string, (send: Upsert) => Upsert>> = {
    'the injected time is lost': (send) => (input) => send(input.items.length > 1 ? { ...input, now: null } : input),
    'results go to other callers': (send) => async (input) => [...(await send(input))].reverse(),
    'an item goes under another account': (send) => (input) => send(input.items.length > 1 ? { ...input, accountId: 'globex' } : input),
  }
  const promise = async (upsertConversations: (plain: Upsert) => Upsert) => {
    const { adapter } = await onServer()
    const operations = { ...adapter.operations, upsertConversations: upsertConversations(adapter.operations.upsertConversations) }
    const now = new Date('2026-01-01T00:00:00Z')
    const account = createConversationStore({ adapter: { ...adapter, operations }, clock: () => now }).forAccount('acme')
    const made = await Promise.all(upTo(8).map((n) => account.upsertConversation(customer(`c${n}`))))
    const read = await Promise.all(upTo(8).map((n) => account.findByOaAndCustomer(customer(`c${n}`))))
    return made.every(({ conversation }, n) => conversation.id === read[n]?.id && conversation.createdAt.getTime() === now.getTime())
  }
  for (const [title, bug] of Object.entries(bugs))
    test(title, async () => expect(await promise((send) => coalesce(bug(send), 2))).toBe(false))
  test('and without one all is as promised', async () => expect(await promise((send) => coalesce(send, 2))).toBe(true))
})
