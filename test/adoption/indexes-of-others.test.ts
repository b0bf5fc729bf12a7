import { describe, expect, test } from 'vitest'
import { allowClosedDuplicates, swapUniqueIndex } from '../../src/adoption/index.js'
import { closedHosts } from './closed-host.js'
import { mongoHost } from './mongo-host.js'
import { pgliteHost, postgresHost } from './postgres-host.js'

const row = { accountId: 'acme', oaId: 'page', customerId: 'x', status: 'open' }
const named = (name: string) => ({
  code: 'INDEX_CONFLICT',
  details: { index: name, found: name, during: 'revert' },
  message: expect.stringMatching(`way back .*${name} .*undo again`),
})

describe.each([
  ['PostgreSQL', postgresHost],
  ['PGlite', pgliteHost],
] as const)('the way back of a swap on %s', (_, open) => {
  const name = 'account_id_1_oa_id_1_customer_id_1_active'
  const opened = async () => {
    const host = await open()
    const swap = swapUniqueIndex({ db: host.db, conversations: { ...host.where, status: 'status' } })
    return { host, swap, at: `"${host.schema}".conversations` }
  }

  test.each([
    ['other columns', 'unique index', '(id)'],
    ['no uniqueness', 'index', `(account_id, oa_id, customer_id) where status in ('open', 'snoozed')`],
    ['another condition', 'unique index', `(account_id, oa_id, customer_id) where status = 'open'`],
  ])('leaves an index of the name with %s, and changes nothing before', async (__, kind, over) => {
    const { host, swap, at } = await opened()
    await host.addOldIndex()
    const before = await host.indexes()
    await swap.apply()
    await host.query(`drop index "${host.schema}"."${name}"`)
    await host.query(`create ${kind} "${name}" on ${at} ${over}`)
    const standing = await host.indexes()
    await expect(swap.revert()).rejects.toMatchObject(named(name))
    expect(await host.indexes()).toEqual(standing)
    await host.query(`drop index "${host.schema}"."${name}"`)
    await swap.revert()
    expect(await host.indexes()).toEqual(before)
  })

  test('leaves those of other tables, and those that have the names of its stand-ins', async () => {
    const { host, swap, at } = await opened()
    await swap.apply()
    await host.query(`drop index "${host.schema}"."${name}"`)
    await host.query(`create unique index "${name}" on "${host.schema}".messages (id)`)
    await expect(swap.revert()).rejects.toMatchObject(named(name))
    await host.query(`drop index "${host.schema}"."${name}"`)
    await host.query(`create index "${name}_guard" on ${at} (thread)`)
    await expect(swap.revert()).rejects.toMatchObject(named(`${name}_guard`))
    expect(JSON.stringify(await host.indexes())).toContain(`${name}_guard`)
  })

  test('takes an index back that somebody else has made like its own, from the middle of a swap too', async () => {
    const { host, swap, at } = await opened()
    await host.addConversations([
      { id: 'c1', ...row },
      { id: 'c2', ...row },
    ])
    const before = await host.indexes()
    expect(await swap.apply()).toMatchObject({ state: 'guarded' })
    await swap.revert()
    expect(await host.indexes()).toEqual(before)
    await host.query(`delete from ${at}`)
    await host.query(
      `create unique index "${name}" on ${at} (account_id, oa_id, customer_id) where status = any (array['open', 'snoozed'])`,
    )
    expect(await swap.apply()).toMatchObject({ ok: true })
    await swap.revert()
    expect(await host.indexes()).toEqual(before)
  })
})

test('a swap ends beside an index that has the name of one of its stand-ins', async () => {
  const host = await postgresHost()
  await host.addOldIndex()
  const name = 'account_id_1_oa_id_1_customer_id_1_active_guard'
  await host.query(`create index "${name}" on "${host.schema}".conversations (thread)`)
  const swap = swapUniqueIndex({ db: host.db, conversations: { ...host.where, status: 'status' } })
  expect(await swap.apply()).toMatchObject({ ok: true })
  expect(JSON.stringify(await host.indexes())).toContain(name)
})

describe('the way back of a swap on MongoDB', () => {
  const name = 'accountId_1_oa_id_1_customer_id_1_active'
  const active = { status: { $in: ['open', 'snoozed'] } }

  test.each([
    ['other fields', { thread: 1 }, { unique: true }],
    ['no uniqueness', { accountId: 1, oa_id: 1, customer_id: 1 }, { partialFilterExpression: active }],
    ['another condition', { accountId: 1, oa_id: 1, customer_id: 1 }, { unique: true, partialFilterExpression: { status: 'open' } }],
  ] as const)('leaves an index of the name with %s, and changes nothing before', async (_, key, options) => {
    const host = await mongoHost()
    await host.addConversations([{ id: 'c1', ...row }])
    await host.addOldIndex()
    const before = await host.indexes()
    const swap = swapUniqueIndex({ db: host.db, conversations: { status: 'status' } })
    await swap.apply()
    await host.dropActiveIndex()
    await host.db.collection('conversations').createIndex(key, { ...options, name })
    const standing = await host.indexes()
    await expect(swap.revert()).rejects.toMatchObject(named(name))
    expect(await host.indexes()).toEqual(standing)
    await host.dropActiveIndex()
    await swap.revert()
    expect(await host.indexes()).toEqual(before)
  })

  test('takes its index back in each of its forms', async () => {
    const host = await mongoHost()
    await host.addConversations([
      { id: 'c1', ...row },
      { id: 'c2', ...row },
    ])
    const before = await host.indexes()
    const swap = swapUniqueIndex({ db: host.db, conversations: { status: 'status' } })
    expect(await swap.apply()).toMatchObject({ state: 'guarded' })
    await swap.revert()
    expect(await host.indexes()).toEqual(before)
    await host.setStatus('c2', 'closed')
    expect(await swap.apply()).toMatchObject({ state: 'unique' })
    await swap.revert()
    expect(await host.indexes()).toEqual(before)
  })
})

describe.each(closedHosts)('the way back of closed conversations on %s', (_, open) => {
  const prefix = 'conversations_telegramConnectionId_psid'
  test.each([
    ['index', `${prefix}_active_key`],
    ['index', `${prefix}_activeKey_key`],
    ['index', `${prefix}_status_idx`],
    ['key-column', `${prefix}_activeKey_key`],
    ['key-column', `${prefix}_active_key`],
  ] as const)('leaves another index, by the %s: %s', async (enforce, name) => {
    const host = await open()
    const closed = allowClosedDuplicates({ ...host.options, enforce })
    const before = await host.indexes()
    await closed.apply()
    await host.query(`drop index if exists "${host.schema}"."${name}"`)
    await host.query(`create index "${name}" on "${host.schema}".conversations ("lastMessageAt")`)
    const standing = await host.indexes()
    await expect(closed.revert()).rejects.toMatchObject(named(name))
    expect(await host.indexes()).toEqual(standing)
    await host.query(`drop index "${host.schema}"."${name}"`)
    await closed.revert()
    expect((await host.indexes()).filter((each) => !each.endsWith('lastMessageAt_idx'))).toEqual(before)
  })

  test('a change to the other way to enforce leaves an index alone that has the name of the one before', async () => {
    const host = await open()
    const name = `${prefix}_activeKey_key`
    await host.query(`create index "${name}" on "${host.schema}".conversations ("lastMessageAt")`)
    expect(await allowClosedDuplicates(host.options).apply()).toMatchObject({ ok: true })
    expect(await host.indexes()).toContain(name)
  })
})
