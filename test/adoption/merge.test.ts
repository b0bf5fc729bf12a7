import { describe, expect, test } from 'vitest'
import { mergeDuplicateConversations } from '../../src/adoption/index.js'
import { hosts } from './hosts.js'
import type { LegacyHost } from './legacy-host.js'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))

/** Three conversations of one customer, two of them active ones of another, and some that are no doubles. */
async function fill(host: LegacyHost): Promise<void> {
  const x = { accountId: 'acme', oaId: 'page', customerId: 'x', status: 'open' }
  const y = { accountId: 'acme', oaId: 'page', customerId: 'y', status: 'open' }
  await host.addConversations([
    { id: 'x1', ...x, lastMessageAt: at(1) },
    { id: 'x2', ...x, status: 'snoozed', lastMessageAt: at(9) },
    { id: 'x3', ...x, lastMessageAt: at(5) },
    { id: 'x4', ...x, status: 'closed', lastMessageAt: at(20) },
    { id: 'y1', ...y, lastMessageAt: at(3) },
    { id: 'y2', ...y, lastMessageAt: at(3) },
    { id: 'z1', ...x, accountId: 'beta', lastMessageAt: at(30) },
    { id: 'n1', oaId: 'page', customerId: 'x', status: 'open' },
    { id: 'n2', oaId: 'page', customerId: 'x', status: 'open' },
  ])
  await host.addMessages([
    { id: 'm1', conversationId: 'x1', messageId: 'a' },
    { id: 'm2', conversationId: 'x1', messageId: 'b' },
    { id: 'm3', conversationId: 'x2', messageId: 'b' },
    { id: 'm4', conversationId: 'x3', messageId: 'c' },
    { id: 'm5', conversationId: 'x3', messageId: 'c' },
    { id: 'm6', conversationId: 'x3', messageId: null },
    { id: 'm7', conversationId: 'x3', messageId: null },
    { id: 'm8', conversationId: 'z1', messageId: 'a' },
    { id: 'm9', conversationId: 'y1', messageId: 'd' },
  ])
}

describe.each(hosts)('the merge of doubles on %s', (_, open) => {
  const helper = (host: LegacyHost, more: Partial<Parameters<typeof mergeDuplicateConversations>[0]> = {}) =>
    mergeDuplicateConversations({
      db: host.db,
      conversations: { ...host.where, status: 'status', activityAt: 'last_message_at' },
      counters: { messages: 'message_count' },
      ...more,
    })
  const places = async (host: LegacyHost) =>
    Object.fromEntries((await host.messages()).map(({ id, conversationId }) => [id, conversationId]))
  const ids = async (host: LegacyHost) => (await host.conversations()).map(({ id }) => id)

  test('plans what it would merge, and writes nothing', async () => {
    const host = await open()
    await fill(host)
    const before = [await host.conversations(), await host.messages()]
    expect((await helper(host).run()).plan).toMatchObject({ groups: 2, losers: 3, revertible: 'from the archive' })
    expect([await host.conversations(), await host.messages()]).toEqual(before)
  })

  test('keeps the one with the latest activity, ties by id, and all that was said once', async () => {
    const host = await open()
    await fill(host)
    const { applied, verified } = await helper(host, { apply: true }).run()
    expect(applied).toEqual({ groups: 2, losers: 3, movedMessages: 5, doubledMessages: 2, lateMessages: 0 })
    expect(verified).toEqual({ ok: true, groups: 0, strandedMessages: 0 })
    expect(await ids(host)).toEqual(['n1', 'n2', 'x2', 'x4', 'y2', 'z1'])
    expect(await places(host)).toEqual({ m1: 'x2', m3: 'x2', m4: 'x2', m6: 'x2', m7: 'x2', m8: 'z1', m9: 'y2' })
    const counts = Object.fromEntries((await host.conversations()).map(({ id, messageCount }) => [id, messageCount]))
    expect(counts).toMatchObject({ x2: 5, y2: 1, x4: null, z1: null })
  })

  test('takes closed ones in if all are doubles of each other', async () => {
    const host = await open()
    await fill(host)
    await helper(host, { over: 'all' }).apply()
    expect(await ids(host)).toEqual(['n1', 'n2', 'x4', 'y2', 'z1'])
  })

  test('can be undone, to the last message', async () => {
    const host = await open()
    await fill(host)
    const before = [await ids(host), await host.messages()]
    await helper(host).apply()
    expect(await helper(host).revert()).toEqual({ restored: 3, movedBack: 7 })
    expect([await ids(host), await host.messages()]).toEqual(before)
    expect(await helper(host).revert()).toEqual({ restored: 0, movedBack: 0 })
  })

  test('moves messages that came late to where their conversation went', async () => {
    const host = await open()
    await fill(host)
    const before = await ids(host)
    await helper(host).apply()
    await host.addMessages([
      { id: 'late1', conversationId: 'x1', messageId: 'e' },
      { id: 'late2', conversationId: 'y1', messageId: 'd' },
    ])
    expect(await helper(host).verify()).toEqual({ ok: false, groups: 0, strandedMessages: 2 })
    expect(await helper(host).apply()).toMatchObject({ losers: 0, lateMessages: 2 })
    expect(await helper(host).verify()).toEqual({ ok: true, groups: 0, strandedMessages: 0 })
    expect(await places(host)).toMatchObject({ late1: 'x2' })
    await helper(host).revert()
    expect(await ids(host)).toEqual(before)
    expect(await places(host)).toMatchObject({ late1: 'x1', late2: 'y1', m9: 'y1', m1: 'x1' })
  })
})
