import { describe, expect, test } from 'vitest'
import { ConversationStoreError } from '../../src/model/errors.js'
import type { ConversationStore } from '../../src/store/create-conversation-store.js'
import { importHosts } from './import-hosts.js'
import { at, chat, importInto, line } from './import-rows.js'

/** How many messages of a conversation one write brings. */
const bound = 2_000
const second = (n: number) => new Date(at(0).getTime() + n * 1_000)
const lines = (count: number) => Array.from({ length: count }, (_, n) => line('lan', 0, { at: second(n) }))
const found = (store: ConversationStore) =>
  store.forAccount('acme').findByOaAndCustomer({ oaId: 'page-1', customerId: 'lan', status: 'any' })
const closedAt = (time: Date) => ({ status: 'closed', closedAt: time, statusChangedAt: time, lastActivityAt: time, lastMessageAt: time })

describe.each(importHosts)('a closed conversation from %s', (_, open) => {
  test.each([bound, bound + 1, 2 * bound + 1])('is closed when the last of its %i messages came', async (count) => {
    const host = await open()
    const store = await host.openStore()
    await host.addChats([chat('lan', { state: 'closed' })])
    await host.addLines(lines(count))
    expect(await importInto(host, store).apply()).toMatchObject({ conversations: 1, messages: count, known: 0 })
    const conversation = await found(store)
    expect(conversation).toMatchObject({ ...closedAt(second(count - 1)), unreadCount: 0, lastSeq: count, lastInboundAt: null })
    expect(await importInto(host, store).apply()).toMatchObject({ conversations: 0, messages: 0, known: count })
    expect(await found(store)).toEqual(conversation)
  })

  test('with unread messages is closed when the last of them came', async () => {
    const host = await open()
    const store = await host.openStore()
    await host.addChats([chat('lan', { state: 'closed', unseen: 2 })])
    await host.addLines(lines(5))
    await importInto(host, store).apply()
    expect(await found(store)).toMatchObject({ ...closedAt(second(4)), unreadCount: 2, lastSeq: 5 })
  })

  test('is closed when its last message came, although the store refuses one before', async () => {
    const host = await open()
    const store = await host.openStore()
    await host.addChats([chat('lan', { state: 'closed' })])
    const [first, , ...others] = lines(7)
    if (first === undefined) throw new Error('there is no message')
    await host.addLines([first, line('lan', 0, { at: second(1), body: 'x'.repeat(1024 * 1024 + 1) }), ...others])
    expect(await importInto(host, store).apply()).toMatchObject({ conversations: 1, messages: 6, rejected: { messages: 1 } })
    expect(await found(store)).toMatchObject({ ...closedAt(second(6)), lastSeq: 6 })
  })

  test('is what an import leaves that nothing ended, when another goes on in the middle', async () => {
    const host = await open()
    const store = await host.openStore()
    await host.addChats([chat('lan', { state: 'closed', unseen: 3, nick: 'Lan' })])
    await host.addLines(lines(bound + 5))
    let calls = 0
    const ending = {
      ...store,
      forAccount(accountId: string) {
        const account = store.forAccount(accountId)
        return {
          ...account,
          async bulkUpsertConversationsWithEvents(input: Parameters<typeof account.bulkUpsertConversationsWithEvents>[0]) {
            if (++calls === 2) throw new ConversationStoreError('STORE_CLOSED', {})
            return account.bulkUpsertConversationsWithEvents(input)
          },
        }
      },
    } as ConversationStore
    await expect(importInto(host, ending).apply()).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    expect(await found(store)).toMatchObject({ status: 'closed', closedAt: second(bound + 4), lastSeq: bound })
    await host.addLines([line('lan', 0, { at: second(bound + 5) })])
    expect(await importInto(host, store).apply()).toMatchObject({ messages: 6, known: bound })
    const conversation = await found(store)
    expect(conversation).toMatchObject({ status: 'closed', nickname: 'Lan', unreadCount: 3, lastSeq: bound + 6 })
    const acme = store.forAccount('acme')
    const { items } = await acme.listEvents({ conversationId: conversation?.id ?? '', limit: 500 })
    expect(items.filter(({ type }) => type === 'postback')).toHaveLength(1)
  })

  test('is left as it is by a run that brings it in parts, but nothing new', async () => {
    const host = await open()
    const store = await host.openStore()
    await host.addChats([chat('lan', { state: 'closed' })])
    await host.addLines(lines(5))
    await importInto(host, store).apply()
    const conversation = await found(store)
    await host.addChats([chat('lan-2', { psid: 'lan', state: 'closed', unseen: 2 })])
    expect(await importInto(host, store).apply()).toMatchObject({ merged: 1, messages: 0, known: 5 })
    expect(await found(store)).toEqual(conversation)
  })
})

test.each(importHosts)('a snoozed conversation of very many messages from %s is snoozed', async (_, open) => {
  const host = await open()
  const store = await host.openStore()
  const until = new Date(Date.UTC(2199, 0, 1))
  await host.addChats([chat('lan', { state: 'snoozed', until })])
  await host.addLines(lines(bound + 1))
  await importInto(host, store).apply()
  expect(await found(store)).toMatchObject({ status: 'snoozed', snoozedUntil: until, lastSeq: bound + 1, lastMessageAt: second(bound) })
})
