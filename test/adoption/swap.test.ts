import { describe, expect, test } from 'vitest'
import { mergeDuplicateConversations, swapUniqueIndex } from '../../src/adoption/index.js'
import { hosts } from './hosts.js'
import type { LegacyHost } from './legacy-host.js'

const row = { accountId: 'acme', oaId: 'page', customerId: 'x', status: 'open' }

describe.each(hosts)('the swap of the unique index on %s', (_, open) => {
  const helper = (host: LegacyHost, more: Partial<Parameters<typeof swapUniqueIndex>[0]> = {}) =>
    swapUniqueIndex({ db: host.db, conversations: { ...host.where, status: 'status', activityAt: 'last_message_at' }, ...more })
  const isDouble = { code: expect.toSatisfy((code: unknown) => code === 11000 || code === '23505') }

  test('lets closed conversations repeat, and accounts have the same customer, but never two active ones', async () => {
    const host = await open()
    await host.addOldIndex()
    await host.addConversations([{ id: 'c1', ...row }])
    await expect(host.addConversations([{ id: 'c2', ...row, accountId: 'beta' }])).rejects.toMatchObject(isDouble)
    const { plan, verified } = await helper(host, { apply: true }).run()
    expect(plan).toMatchObject({ over: 'active', state: 'absent', doubles: null, note: null })
    expect(plan.old).toHaveLength(1)
    expect(verified).toMatchObject({ ok: true, state: 'unique', old: [] })
    await host.addConversations([{ id: 'c2', ...row, accountId: 'beta' }])
    await host.addConversations([{ id: 'c3', ...row, status: 'closed' }])
    await expect(host.addConversations([{ id: 'c4', ...row, status: 'snoozed' }])).rejects.toMatchObject(isDouble)
  })

  test('is over all conversations where no status is named, and says so', async () => {
    const host = await open()
    await host.addConversations([{ id: 'c1', ...row, status: 'closed' }])
    const swap = helper(host, { conversations: host.where })
    expect(await swap.plan()).toMatchObject({ over: 'all', note: expect.stringContaining('No field of the status') })
    expect(await swap.apply()).toMatchObject({ ok: true })
    await expect(host.addConversations([{ id: 'c2', ...row }])).rejects.toMatchObject(isDouble)
  })

  test('lets no further double come while old ones are merged', async () => {
    const host = await open()
    await host.addConversations([
      { id: 'c1', ...row },
      { id: 'c2', ...row },
      { id: 'c3', ...row, customerId: 'y' },
    ])
    expect(await helper(host).apply()).toMatchObject({ ok: false, state: 'guarded', doubles: { totalGroups: 1, totalDocuments: 2 } })
    await expect(host.addConversations([{ id: 'c4', ...row }])).rejects.toMatchObject(isDouble)
    await expect(host.addConversations([{ id: 'c5', ...row, customerId: 'y' }])).rejects.toMatchObject(isDouble)
    await host.addConversations([{ id: 'c6', ...row, customerId: 'z' }])
    expect(await helper(host, { merge: {} }).apply()).toMatchObject({ ok: true, state: 'unique', doubles: null })
    expect((await host.conversations()).map(({ id }) => id)).toEqual(['c2', 'c3', 'c6'])
    await expect(host.addConversations([{ id: 'c7', ...row, customerId: 'z' }])).rejects.toMatchObject(isDouble)
    expect(await helper(host).apply()).toMatchObject({ ok: true })
  })

  test('takes an old double for a new one as soon as it is opened again, or gets another key', async () => {
    const host = await open()
    await host.addConversations([
      { id: 'c1', ...row },
      { id: 'c2', ...row },
      { id: 'c3', ...row, customerId: 'y' },
      { id: 'c4', ...row, customerId: 'y' },
      { id: 'c5', ...row, customerId: 'y', accountId: 'beta' },
    ])
    expect(await helper(host).apply()).toMatchObject({ state: 'guarded', doubles: { totalGroups: 2 } })
    // One of each two is marked as a double of before, and the same holds of both.
    for (const [one, other] of [
      ['c1', 'c2'],
      ['c2', 'c1'],
    ] as const) {
      await host.setStatus(one, 'closed')
      await expect(host.setStatus(one, 'open')).rejects.toMatchObject(isDouble)
      await host.setStatus(other, 'closed')
      await host.setStatus(one, 'snoozed')
      await expect(host.setStatus(other, 'open')).rejects.toMatchObject(isDouble)
    }
    for (const id of ['c3', 'c4']) await expect(host.setAccount(id, 'beta')).rejects.toMatchObject(isDouble)
    await host.setAccount('c3', 'gamma')
    await expect(host.setAccount('c3', 'acme')).rejects.toMatchObject(isDouble)
    expect(await helper(host).apply()).toMatchObject({ ok: true, doubles: null })
  })

  test('goes back, unless several conversations have the old key by now', async () => {
    const host = await open()
    await host.addOldIndex()
    const before = await host.indexes()
    await host.addConversations([{ id: 'c1', ...row }])
    await helper(host).apply()
    await host.addConversations([{ id: 'c2', ...row, accountId: 'beta' }])
    await expect(helper(host).revert()).rejects.toMatchObject({ code: 'DUPLICATE_KEYS', details: { totalGroups: 1 } })
    expect(await helper(host).verify()).toMatchObject({ ok: true })
    await host.setInbox('c2', 'page-2')
    expect(await helper(host).revert()).toMatchObject({ ok: false, state: 'absent', old: [expect.any(String)] })
    expect(await host.indexes()).toEqual(before)
    await expect(host.addConversations([{ id: 'c3', ...row, accountId: 'gamma' }])).rejects.toMatchObject(isDouble)
    expect(await helper(host).revert()).toMatchObject({ ok: false, state: 'absent' })
    expect(await host.indexes()).toEqual(before)
  })

  const doubles = [
    { id: 'c1', ...row, lastMessageAt: new Date(1_000) },
    { id: 'c2', ...row, lastMessageAt: new Date(2_000) },
  ]

  test.each([
    ['none', undefined],
    ['one over some rows', new Date(3_000)],
  ])('goes back to the index that there was, %s, and lets the merge be undone behind it', async (_, since) => {
    const host = await open()
    await host.addConversations(doubles)
    await host.addMessages([{ id: 'm1', conversationId: 'c1', messageId: 'a' }])
    if (since !== undefined) await host.addOldIndex(since)
    const before = [await host.indexes(), await host.conversations(), await host.messages()]
    expect(await helper(host, { merge: {} }).apply()).toMatchObject({ ok: true, old: [] })
    const conversations = { ...host.where, status: 'status', activityAt: 'last_message_at' }
    const merge = mergeDuplicateConversations({ db: host.db, conversations })
    // While the new index stands, what was merged away is refused, and stays in the archive.
    const refused = {
      code: 'DUPLICATE_KEYS',
      details: { totalGroups: 1, totalDocuments: 2, groups: [{ key: expect.objectContaining({ customer_id: 'x' }), count: 2 }] },
    }
    await expect(merge.revert()).rejects.toMatchObject(refused)
    expect(await host.archived()).toContainEqual({ from: 'conversations', id: 'c1' })
    await helper(host).revert()
    expect(await merge.revert()).toEqual({ restored: 1, movedBack: 1 })
    expect([await host.indexes(), await host.conversations(), await host.messages()]).toEqual(before)
  })

  test('goes back to no index from the middle of a swap', async () => {
    const host = await open()
    await host.addConversations(doubles)
    const before = await host.indexes()
    expect(await helper(host).apply()).toMatchObject({ state: 'guarded' })
    await helper(host).revert()
    expect(await host.indexes()).toEqual(before)
  })
})
