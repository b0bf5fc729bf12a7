import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { mergeDuplicateConversations } from '../../src/adoption/index.js'
import { sqlStatementsOf } from './example-database.js'
import { hosts } from './hosts.js'
import type { LegacyConversation, LegacyHost } from './legacy-host.js'
import { postgresHost } from './postgres-host.js'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
const x = { accountId: 'acme', oaId: 'page', customerId: 'x', status: 'open' }
const doubles: readonly LegacyConversation[] = [
  { id: 'x1', ...x, thread: 't1', lastMessageAt: at(1) },
  { id: 'x2', ...x, thread: 't2', lastMessageAt: at(9) },
  { id: 'x3', ...x, thread: 't3', lastMessageAt: at(5) },
]

describe.each(hosts)('a merge on %s where messages name another field than the primary key', (_, open) => {
  const helper = (host: LegacyHost, more: object = { id: 'thread' }) =>
    mergeDuplicateConversations({
      db: host.db,
      conversations: { ...host.where, status: 'status', activityAt: 'last_message_at', ...more },
      counters: { messages: 'message_count' },
    })
  const fill = async (host: LegacyHost, others: readonly LegacyConversation[] = []) => {
    await host.addConversations([...doubles, ...others])
    await host.addMessages([
      { id: 'm1', conversationId: 't1', messageId: 'a' },
      { id: 'm2', conversationId: 't1', messageId: 'b' },
      { id: 'm3', conversationId: 't2', messageId: 'b' },
      { id: 'm4', conversationId: 't3', messageId: 'c' },
    ])
  }
  const places = async (host: LegacyHost) =>
    Object.fromEntries((await host.messages()).map(({ id, conversationId }) => [id, conversationId]))

  test('moves them by that field, counts them, and brings them back', async () => {
    const host = await open()
    await fill(host)
    const before = await host.messages()
    expect((await helper(host).run()).plan).toMatchObject({ groups: 1, losers: 2 })
    expect(await helper(host).apply()).toEqual({ groups: 1, losers: 2, movedMessages: 2, doubledMessages: 1, lateMessages: 0 })
    expect(await places(host)).toEqual({ m1: 't2', m3: 't2', m4: 't2' })
    expect(await host.conversations()).toMatchObject([{ id: 'x2', messageCount: 3 }])
    await host.addMessages([{ id: 'late', conversationId: 't1', messageId: 'd' }])
    expect(await helper(host).verify()).toEqual({ ok: false, groups: 0, strandedMessages: 1 })
    expect(await helper(host).apply()).toMatchObject({ lateMessages: 1 })
    expect(await helper(host).verify()).toEqual({ ok: true, groups: 0, strandedMessages: 0 })
    expect(await places(host)).toMatchObject({ late: 't2' })
    expect(await helper(host).revert()).toEqual({ restored: 2, movedBack: 4 })
    expect((await host.messages()).filter(({ id }) => id !== 'late')).toEqual(before)
    expect(await places(host)).toMatchObject({ late: 't1' })
    expect((await host.conversations()).map(({ messageCount }) => messageCount)).toEqual([3, 1, 1])
  })

  test('refuses a field that no message names, before anything is changed', async () => {
    const host = await open()
    await fill(host)
    const before = await host.leftBehind().catch(() => null)
    const refused = { code: 'VALIDATION_FAILED', details: { issues: [{ path: 'conversations.id' }] } }
    for (const step of ['plan', 'apply', 'verify'] as const) await expect(helper(host, {})[step]()).rejects.toMatchObject(refused)
    expect(await host.leftBehind().catch(() => null)).toEqual(before)
    expect((await host.conversations()).length).toBe(3)
  })

  test('leaves the messages of doubles where they are that share one thread', async () => {
    const host = await open()
    await host.addConversations(doubles.map((each) => ({ ...each, thread: 't1' })))
    await host.addMessages([
      { id: 'm1', conversationId: 't1', messageId: 'a' },
      { id: 'm2', conversationId: 't1', messageId: 'b' },
    ])
    expect(await helper(host).apply()).toMatchObject({ losers: 2, movedMessages: 0, doubledMessages: 0 })
    expect(await helper(host).verify()).toEqual({ ok: true, groups: 0, strandedMessages: 0 })
    expect(await places(host)).toEqual({ m1: 't1', m2: 't1' })
  })

  test('refuses to move messages that name a conversation of others too', async () => {
    const host = await open()
    await fill(host, [{ id: 'y', ...x, customerId: 'y', thread: 't1' }])
    await expect(helper(host).apply()).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    expect(await places(host)).toMatchObject({ m1: 't1', m2: 't1', m4: 't3' })
    expect((await host.conversations()).length).toBe(4)
  })

  test('refuses to move messages to a conversation that has no thread', async () => {
    const host = await open()
    await fill(host, [{ id: 'x9', ...x, lastMessageAt: at(60) }])
    await expect(helper(host).apply()).rejects.toMatchObject({
      details: { issues: [{ message: expect.stringContaining('has no thread') }] },
    })
    expect(await places(host)).toEqual({ m1: 't1', m2: 't1', m3: 't2', m4: 't3' })
  })
})

test('the doubles of the example with chats are merged by the id that its events name', async () => {
  const host = await postgresHost()
  const at = `"${host.schema}"`
  const example = readFileSync(new URL('../../examples/adoption/legacy-chats.mjs', import.meta.url), 'utf8')
  await host.query(`set search_path = ${at}; ${sqlStatementsOf(example)}; set search_path = default`)
  const helper = mergeDuplicateConversations({
    db: host.db,
    conversations: {
      ...host.where,
      name: 'messenger_conversations',
      id: 'conversation_id',
      oaId: 'page_id',
      customerId: 'sender_id',
      status: 'status',
      active: ['open'],
      activityAt: 'last_message_at',
    },
    messages: { name: 'contact_interaction_events' },
    over: 'all',
  })
  const events = () => host.query(`select id, conversation_id from ${at}.contact_interaction_events order by id`)
  const before = await events()
  // Each of the nine has three events, or a fourth that came twice.
  expect(await helper.apply()).toMatchObject({ groups: 9, losers: 9, movedMessages: 27 })
  expect(await helper.verify()).toEqual({ ok: true, groups: 0, strandedMessages: 0 })
  const [left] = await host.query(
    `select count(*)::int as count from ${at}.contact_interaction_events where conversation_id not in (select conversation_id from ${at}.messenger_conversations)`,
  )
  expect(left).toEqual({ count: 0 })
  await helper.revert()
  expect(await events()).toEqual(before)
})
