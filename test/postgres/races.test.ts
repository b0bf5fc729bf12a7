import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { newSchemaName, onServer, scratchPool } from './scratch-schema.js'
import { seedConversation, stamp } from './seed.js'
import { waitingStatements } from './waiting-statements.js'

const many = <T>(count: number, call: (n: number) => Promise<T>) => Promise.allSettled(Array.from({ length: count }, (_, n) => call(n)))
const codes = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code ?? result.reason] : []))

test('of 20 accounts that connect one channel identity at once, one owns it', async () => {
  const { adapter, query, schema } = await onServer({ pool: scratchPool({ max: 16 }) })
  const connect = (n: number) =>
    adapter.operations.connectInbox({ ...stamp(`account${n}`), inboxId: `inbox${n}`, oaId: 'page', channel: 'messenger', patch: {} })
  const results = await many(20, connect)
  expect(codes(results)).toEqual(Array.from({ length: 19 }, () => 'INBOX_ALREADY_CONNECTED'))
  const rows = await query(
    `select o.account_id, i.status from "${schema}".inbox_owners o left join "${schema}".inboxes i using (account_id, oa_id)`,
  )
  expect(rows).toEqual([{ account_id: `account${results.findIndex(({ status }) => status === 'fulfilled')}`, status: 'connected' }])
  expect(await query(`select count(*)::int as inboxes from "${schema}".inboxes`)).toEqual([{ inboxes: 1 }])
})

test('connecting and disconnecting at once leaves an owner exactly where an inbox is connected', async () => {
  const { adapter, query, schema } = await onServer({ pool: scratchPool({ max: 16 }) })
  const store = createConversationStore({ adapter })
  const results = await many(120, async (n) => {
    const account = store.forAccount(`account${n % 3}`)
    await (n % 2 ? account.disconnectInbox({ oaId: 'page' }) : account.connectInbox({ oaId: 'page', channel: 'messenger', name: `n${n}` }))
  })
  expect(codes(results).filter((code) => code !== 'INBOX_ALREADY_CONNECTED' && code !== 'NOT_FOUND')).toEqual([])
  const connected = await query(`select account_id from "${schema}".inboxes where status = 'connected'`)
  expect(connected.length).toBeLessThanOrEqual(1)
  expect(await query(`select account_id from "${schema}".inbox_owners`)).toEqual(connected)
})

test('disconnecting gives up the identity that was taken while it waited', async () => {
  const schema = newSchemaName()
  const { adapter, pool, query } = await onServer({ schema, pool: scratchPool({ max: 4, application_name: schema }) })
  const store = createConversationStore({ adapter })
  const account = store.forAccount('acme')
  await account.connectInbox({ oaId: 'page', channel: 'messenger' })
  const host = await pool.connect()
  await host.query('begin')
  const within = store.using(host).forAccount('acme')
  await within.disconnectInbox({ oaId: 'page' })
  await within.connectInbox({ oaId: 'page', channel: 'messenger' })
  const disconnecting = account.disconnectInbox({ oaId: 'page' })
  await waitingStatements(pool, schema)
  await host.query('commit')
  host.release()
  expect(await disconnecting).toMatchObject({ status: 'disconnected' })
  expect(await query(`select account_id from "${schema}".inbox_owners`)).toEqual([])
  await store.forAccount('other').connectInbox({ oaId: 'page', channel: 'messenger' })
})

test('what is due is woken once by 8 callers', async () => {
  const scratch = await onServer({ pool: scratchPool({ max: 8 }) })
  for (let n = 0; n < 40; n += 1)
    await seedConversation(scratch, { customerId: `c${n}`, status: 'snoozed', snoozedUntil: new Date(2020, 0, n + 1) })
  const woken = await Promise.all(Array.from({ length: 8 }, () => scratch.adapter.operations.wakeDue({ ...stamp(), limit: 10 })))
  const left = await scratch.adapter.operations.wakeDue({ ...stamp(), limit: 100 })
  const ids = [...woken.flat(), ...left].map(({ id }) => id)
  expect([ids.length, new Set(ids).size]).toEqual([40, 40])
})

test('of 10 closed conversations that are reopened at once, one is, and the others name it', async () => {
  const scratch = await onServer({ pool: scratchPool({ max: 16 }) })
  const ids: string[] = []
  for (let n = 0; n < 10; n += 1) ids.push((await seedConversation(scratch, { customerId: 'lan', status: 'closed' })).id)
  const results = await Promise.allSettled(
    ids.map((conversationId) =>
      scratch.adapter.operations.reopenConversation({ ...stamp(), target: { conversationId }, expectedVersion: null }),
    ),
  )
  const winner = results.findIndex(({ status }) => status === 'fulfilled')
  for (const [index, result] of results.entries())
    if (index !== winner)
      expect(result).toMatchObject({ reason: { code: 'ACTIVE_CONVERSATION_EXISTS', details: { conversationId: ids[winner] } } })
})

test('unread is exact while messages arrive and readers move the horizon', async () => {
  const { adapter, query, schema } = await onServer({ pool: scratchPool({ max: 16 }) })
  const account = createConversationStore({ adapter }).forAccount('acme')
  const customer = { oaId: 'page', customerId: 'lan' }
  await account.upsertConversation(customer)
  await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      n % 4 === 3
        ? account.markRead({ ...customer, ...(n % 8 === 3 ? { seq: n } : {}) })
        : account.upsertConversationWithEvents({ ...customer, events: [{ type: 'message', messageId: randomUUID(), text: 'x' }] }),
    ),
  )
  const exact = `select c.version, c.last_seq, c.unread_count, (select count(*)::int from "${schema}".messages m where m.seq > c.read_seq) as unread from "${schema}".conversations c`
  const [row] = await query(exact)
  expect(row).toMatchObject({ last_seq: 150, unread_count: row?.unread })
  await account.markRead({ ...customer, seq: 150 })
  expect((await query(exact))[0]).toMatchObject({ unread_count: 0, unread: 0 })
})
