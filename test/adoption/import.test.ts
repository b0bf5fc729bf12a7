import { describe, expect, test } from 'vitest'
import { verifyImport } from '../../src/adoption/index.js'
import { createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { importHosts } from './import-hosts.js'
import { inboxesMapped, mapped } from './import-mapping.js'
import { at, chat, importInto, line, seen } from './import-rows.js'

describe.each(importHosts)('the import from %s', (_, open) => {
  test('plans, and changes nothing', async () => {
    const host = await open()
    const store = await host.openStore()
    await host.addChats([chat('lan'), chat('hoa'), chat('hoa-2', { psid: 'hoa' }), chat('lost', { account: null })])
    await host.addLines([line('lan', 1)])
    await host.addPages([{ page: 'page-1', account: 'acme' }])
    const { plan, applied } = await importInto(host, store, { inboxes: inboxesMapped }).run()
    expect(plan).toMatchObject({ conversations: 4, customers: 2, messages: 1, unreadable: 1, inboxes: 1, warnings: [] })
    // What it changes is the store, and not the host's tables.
    expect(plan.backup).toMatch(/^(pg_dump|mongodump) /)
    expect(plan.backup).not.toMatch(/chats/)
    expect(applied).toBeNull()
    expect(await store.forAccount('acme').countConversations()).toBe(0)
  })

  test('brings status, unread messages, names and times over, and calls for nobody', async () => {
    const host = await open()
    const store = await host.openStore()
    const until = new Date(Date.UTC(2199, 0, 1))
    await host.addChats([
      chat('lan', { nick: 'Lan', name: 'Lan Nguyen', unseen: 2, platform: 'facebook' }),
      chat('hoa', { state: 'closed', unseen: 0, lastAt: at(3) }),
      chat('minh', { state: 'snoozed', until }),
      chat('empty', { lastAt: at(7), state: 'closed' }),
    ])
    const files = ['https://example.com/a.png', { type: 'image', url: 'https://example.com/b.png' }, { size: 3 }]
    const lines = [
      line('lan', 4, { body: 'third' }),
      line('lan', 1, { body: 'first' }),
      line('lan', 3, { body: 'reply', sender: 'page-1' }),
      line('lan', 2, { body: 'second', files }),
      line('hoa', 3),
      line('minh', 5, { mid: null }),
    ]
    await host.addLines(lines)
    const { applied, verified } = await importInto(host, store, { apply: true }).run()
    expect(applied).toEqual({
      conversations: 4,
      merged: 0,
      messages: 6,
      known: 0,
      rejected: { inboxes: 0, conversations: 0, messages: 0 },
      inboxes: 0,
    })
    expect(verified).toMatchObject({ ok: true, problems: [], rejected: 0, sample: { size: 4, differences: [] } })
    const lan = await seen(store, 'lan')
    expect(lan?.fields).toEqual({
      status: 'open',
      unreadCount: 2,
      nickname: 'Lan',
      customerName: 'Lan Nguyen',
      channel: 'messenger',
      lastMessageAt: at(4),
      lastActivityAt: at(4),
      closedAt: null,
      snoozedUntil: null,
      lastInboundAt: null,
    })
    expect(lan?.messages.map(({ text, direction, occurredAt, history }) => [text, direction, occurredAt, history])).toEqual([
      ['first', 'inbound', at(1), true],
      ['second', 'inbound', at(2), true],
      ['reply', 'outbound', at(3), true],
      ['third', 'inbound', at(4), true],
    ])
    const acme = store.forAccount('acme')
    const second = await acme.findMessage({ oaId: 'page-1', customerId: 'lan', messageId: lines[3]?.mid ?? '' })
    expect(second?.attachments.map(({ type, url, payload }) => [type, url, payload])).toEqual([
      ['file', 'https://example.com/a.png', null],
      ['image', 'https://example.com/b.png', null],
      ['file', null, { size: 3 }],
    ])
    // The read horizon lies before the two messages that nobody has read.
    expect((await acme.markRead({ oaId: 'page-1', customerId: 'lan' })).conversation.unreadCount).toBe(0)
    expect((await seen(store, 'hoa'))?.fields).toMatchObject({ status: 'closed', closedAt: at(3), unreadCount: 0 })
    expect((await seen(store, 'minh'))?.fields).toMatchObject({ status: 'snoozed', snoozedUntil: until, lastMessageAt: at(5) })
    expect((await seen(store, 'empty'))?.fields).toMatchObject({
      status: 'closed',
      closedAt: at(7),
      lastActivityAt: at(7),
      lastMessageAt: null,
    })
  })

  test('imports nothing twice, and what has come since', async () => {
    const host = await open()
    const store = await host.openStore()
    await host.addChats([chat('lan', { unseen: 1, nick: 'Lan' }), chat('minh', { state: 'snoozed' }), chat('empty')])
    await host.addLines([line('lan', 1), line('lan', 2, { mid: null }), line('minh', 3)])
    await importInto(host, store).apply()
    const acme = store.forAccount('acme')
    await acme.markRead({ oaId: 'page-1', customerId: 'lan' })
    await acme.updateNickname({ oaId: 'page-1', customerId: 'lan', nickname: 'Lan of the store' })
    await acme.reopenConversation({ oaId: 'page-1', customerId: 'minh' })
    const before = await Promise.all(['lan', 'minh', 'empty'].map((each) => seen(store, each)))
    expect(await importInto(host, store).apply()).toMatchObject({ conversations: 0, messages: 0, known: 3 })
    expect(await Promise.all(['lan', 'minh', 'empty'].map((each) => seen(store, each)))).toEqual(before)

    await host.addChats([chat('new')])
    await host.addLines([line('lan', 9), line('new', 1)])
    expect(await importInto(host, store).verify()).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([expect.stringMatching(/^1 conver/)]),
    })
    expect(await importInto(host, store).apply()).toMatchObject({ conversations: 1, messages: 2, known: 3 })
    expect((await seen(store, 'lan'))?.messages).toHaveLength(3)
    expect(await verifyImport({ db: host.db, store, ...mapped(host.where) })).toMatchObject({ ok: true })
  })

  test('makes one conversation of all rows of a customer, however far they are from each other', async () => {
    const host = await open()
    const store = await host.openStore()
    await host.addChats([
      chat('a-lan', { psid: 'lan', unseen: 1, nick: 'old', lastAt: at(1) }),
      ...Array.from({ length: 30 }, (__, n) => chat(`b-${n}`)),
      chat('c-lan', { psid: 'lan', unseen: 1, nick: 'new', lastAt: at(5) }),
      chat('d-lan', { psid: 'lan', state: 'closed', nick: 'closed', lastAt: at(9) }),
    ])
    const twice = line('a-lan', 1, { sender: 'lan' })
    await host.addLines([
      twice,
      { ...line('c-lan', 1, { sender: 'lan' }), mid: twice.mid ?? null, body: twice.body ?? '' },
      line('c-lan', 5, { sender: 'lan' }),
      line('d-lan', 9, { sender: 'lan' }),
    ])
    const applied = await importInto(host, store, { pace: { first: 4, least: 4, most: 4 } }).apply()
    expect(applied).toMatchObject({ conversations: 31, merged: 2, messages: 3, known: 1 })
    const lan = await seen(store, 'lan')
    expect(lan?.fields).toMatchObject({ status: 'open', unreadCount: 2, nickname: 'new', lastMessageAt: at(9) })
    expect(lan?.messages).toHaveLength(3)
    expect(await importInto(host, store).verify()).toMatchObject({ ok: true, sample: { size: 31 } })
  })

  test('parts a conversation with very many messages, and its unread ones are the last', async () => {
    const host = await open()
    const store = await host.openStore()
    await host.addChats([chat('lan', { unseen: 2_300 })])
    await host.addLines(Array.from({ length: 4_500 }, (__, n) => line('lan', 0, { at: new Date(at(0).getTime() + n * 1_000), mid: null })))
    expect(await importInto(host, store).apply()).toMatchObject({ messages: 4_500 })
    const lan = await seen(store, 'lan')
    expect(lan?.fields.unreadCount).toBe(2_300)
    expect(lan?.conversation.lastSeq).toBe(4_500)
  })

  test('goes into a store of any other adapter, and one process works at a time', async () => {
    const host = await open()
    const store = createConversationStore({ adapter: memory() })
    await store.migrate()
    await host.addChats([chat('lan'), chat('hoa')])
    await host.addLines([line('lan', 1)])
    let other: unknown
    await importInto(host, store, {
      holder: 'pod 1',
      async onProgress() {
        other ??= await importInto(host, store, { lockWaitMs: 0 })
          .apply()
          .catch((error: unknown) => error)
      },
    }).apply()
    expect(other).toMatchObject({ code: 'MIGRATION_LOCKED', details: { holder: 'pod 1' } })
    expect(await importInto(host, store).verify()).toMatchObject({ ok: true })
    await expect(importInto(host, store).revert()).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})
