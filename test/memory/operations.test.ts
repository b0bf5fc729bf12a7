import { expect, test } from 'vitest'
import { createMemoryAdapter } from '../../src/memory/create-memory-adapter.js'
import { createMemoryDatabase } from '../../src/memory/database.js'
import type { UpsertItem, WriteStamp } from '../../src/store/adapter.js'

const start = Date.UTC(2024, 0, 1)
const lan = { oaId: 'page', customerId: 'lan' }
const scope = { accountId: 'acme', signal: null }

/** The port itself: stamps that the core would make are the test's own, so that an operation can be sent again. */
function open() {
  const database = { ...createMemoryDatabase(), isMigrated: true }
  const { operations } = createMemoryAdapter(database)
  let made = 0
  const stamp = (details: Partial<WriteStamp> = {}): WriteStamp => {
    const number = ++made
    return { accountId: 'acme', operationId: `operation-${number}`, firstSentAt: null, now: new Date(start + number), ...details }
  }
  const upsert = async (details: Partial<UpsertItem> = {}, at: Partial<WriteStamp> = {}) => {
    const write = stamp(at)
    const ids = { conversation: `conversation-${made}`, contact: `contact-${made}`, contactInbox: `inbox-${made}`, identities: [] }
    const item: UpsertItem = {
      ...lan,
      operationId: write.operationId,
      ids,
      identities: [],
      patch: {},
      channel: null,
      expectedVersion: null,
      onClosed: null,
      defaultOnClosed: 'new',
      historyOpens: 'open',
      markUnread: false,
      usernameKey: null,
      events: [],
      ...details,
    }
    await operations.upsertConversations({ ...write, atomic: true, items: [item] })
    return ids.conversation
  }
  return { operations, stamp, upsert, again: (operationId: string) => stamp({ operationId, firstSentAt: performance.now() - 20 }) }
}

test('a closing by customer that is sent again neither fails nor closes the conversation that opened since', async () => {
  const { operations, stamp, upsert, again } = open()
  const first = await upsert()
  const change = { target: lan, expectedVersion: null }
  await operations.closeConversation({ ...stamp({ operationId: 'close' }), ...change })
  expect(await operations.closeConversation({ ...again('close'), ...change })).toMatchObject({
    outcome: 'updated',
    conversation: { id: first, version: 1 },
  })
  const second = await upsert()
  expect((await operations.closeConversation({ ...again('close'), ...change })).conversation.id).toBe(first)
  expect(await operations.findByOaAndCustomer({ ...scope, ...lan, status: 'active' })).toMatchObject({ id: second, status: 'open' })
})

test('a change that is sent again is answered before its expected version is compared', async () => {
  const { operations, stamp, upsert, again } = open()
  await upsert()
  const change = { target: lan, expectedVersion: 0, patch: { nickname: 'Lan' } }
  await operations.updateConversation({ ...stamp({ operationId: 'name' }), ...change })
  expect(await operations.updateConversation({ ...again('name'), ...change })).toMatchObject({
    outcome: 'updated',
    conversation: { version: 1 },
  })
  await expect(operations.updateConversation({ ...stamp(), ...change })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
})

test('a change that 16 others may have pushed out of memory is unknown', async () => {
  const { operations, stamp, upsert } = open()
  await upsert()
  for (let n = 0; n < 16; n++) {
    await operations.updateConversation({ ...stamp(), target: lan, expectedVersion: null, patch: { nickname: `${n}` } })
  }
  const lost = stamp({ firstSentAt: performance.now() - 60_000 })
  await expect(operations.markRead({ ...lost, target: lan, expectedVersion: null, seq: null, upToTime: null })).rejects.toMatchObject({
    code: 'COMMIT_OUTCOME_UNKNOWN',
    details: { operationId: lost.operationId },
  })
})

test('waking that is sent again answers with those it woke, and wakes no more', async () => {
  const { operations, stamp, upsert, again } = open()
  const snooze = async (customerId: string, until: number) => {
    await upsert({ customerId })
    await operations.snoozeConversation({
      ...stamp(),
      target: { oaId: 'page', customerId },
      expectedVersion: null,
      until: new Date(start + until),
    })
  }
  await snooze('late', 3000)
  await snooze('soon', 2000)
  await snooze('never', 90_000)
  const now = new Date(start + 5000)
  const woken = await operations.wakeDue({ ...stamp({ operationId: 'wake', now }), limit: 1 })
  expect(woken).toMatchObject([{ customerId: 'soon', status: 'open', snoozedUntil: null, version: 2, statusChangedAt: now }])
  expect(await operations.wakeDue({ ...again('wake'), now, limit: 1 })).toEqual(woken)
  expect(await operations.wakeDue({ ...stamp({ now }), limit: 10 })).toMatchObject([{ customerId: 'late' }])
  expect(await operations.wakeDue({ ...stamp({ now }), limit: 10 })).toEqual([])
})

test('reopening an older conversation of a customer who is an alias by now is refused while the other one is active', async () => {
  const { operations, stamp, upsert } = open()
  const old = await upsert()
  await operations.closeConversation({ ...stamp(), target: lan, expectedVersion: null })
  const other = await upsert({ customerId: 'lan-2', usernameKey: 'lan' })
  await upsert({ usernameKey: 'lan' })
  await expect(operations.reopenConversation({ ...stamp(), target: { conversationId: old }, expectedVersion: null })).rejects.toMatchObject(
    {
      code: 'ACTIVE_CONVERSATION_EXISTS',
      details: { conversationId: other },
    },
  )
})

test('an older conversation of a customer who is an alias by now is reopened as the canonical customer’s', async () => {
  const { operations, stamp, upsert } = open()
  const older = await upsert()
  await operations.closeConversation({ ...stamp(), target: lan, expectedVersion: null })
  const old = await upsert()
  await operations.closeConversation({ ...stamp(), target: lan, expectedVersion: null })
  await upsert({ customerId: 'lan-2', usernameKey: 'lan' })
  await upsert({ usernameKey: 'lan' })
  const canonical = { oaId: 'page', customerId: 'lan-2' }
  await operations.closeConversation({ ...stamp(), target: canonical, expectedVersion: null })
  const { conversation } = await operations.reopenConversation({ ...stamp(), target: { conversationId: old }, expectedVersion: null })
  expect(conversation).toMatchObject({ id: old, customerId: 'lan-2', status: 'open' })
  for (const customer of [lan, canonical]) {
    expect(await operations.findByOaAndCustomer({ ...scope, ...customer, status: 'active' })).toMatchObject({ id: old })
  }
  await expect(
    operations.reopenConversation({ ...stamp(), target: { conversationId: older }, expectedVersion: null }),
  ).rejects.toMatchObject({
    code: 'ACTIVE_CONVERSATION_EXISTS',
  })
})

test('a contact’s change that is sent again does not undo a later one', async () => {
  const { operations, stamp, upsert, again } = open()
  await upsert()
  await operations.updateContact({ ...stamp({ operationId: 'name' }), ...lan, patch: { name: 'Lan' } })
  await operations.updateContact({ ...stamp(), ...lan, patch: { name: 'Ms Nguyen' } })
  expect(await operations.updateContact({ ...again('name'), ...lan, patch: { name: 'Lan' } })).toMatchObject({
    name: 'Ms Nguyen',
    nameSource: 'person',
  })
})

test('an inbox’s connection that is sent again does not connect it anew', async () => {
  const { operations, stamp, again } = open()
  const connection = { inboxId: 'i1', oaId: 'page', channel: 'messenger', patch: { name: 'Shop' } }
  await operations.connectInbox({ ...stamp({ operationId: 'connect' }), ...connection })
  await operations.disconnectInbox({ ...stamp(), oaId: 'page' })
  expect(await operations.connectInbox({ ...again('connect'), ...connection })).toMatchObject({ status: 'disconnected' })
  expect(await operations.findInboxOwner({ channel: 'messenger', oaId: 'page', signal: null })).toBeNull()
})

test('one account at a time owns a channel identity', async () => {
  const { operations, stamp } = open()
  const connection = { oaId: 'page', channel: 'messenger', patch: {} }
  await operations.connectInbox({ ...stamp(), ...connection, inboxId: 'i1' })
  const rival = { ...stamp({ accountId: 'rival' }), ...connection, inboxId: 'i2' }
  await expect(operations.connectInbox(rival)).rejects.toMatchObject({ code: 'INBOX_ALREADY_CONNECTED' })
  expect((await operations.listInboxes({ accountId: 'rival', signal: null, limit: 10, after: null })).items).toEqual([])
  await operations.disconnectInbox({ ...stamp(), oaId: 'page' })
  await operations.connectInbox(rival)
  expect(await operations.findInboxOwner({ channel: 'messenger', oaId: 'page', signal: null })).toEqual({
    accountId: 'rival',
    inboxId: 'i2',
    channel: 'messenger',
    oaId: 'page',
  })
})

test('lists go on after the last item of the page before; of two at one time the greater id by UTF-8 bytes comes first', async () => {
  const { operations, upsert } = open()
  for (const id of ['c-a', 'c-\uffff', 'c-\u{10000}', 'c-b']) {
    const ids = { conversation: id, contact: `contact of ${id}`, contactInbox: `inbox of ${id}`, identities: [] }
    await upsert({ customerId: id, ids }, { now: new Date(start) })
  }
  const match = { statuses: null, oaId: null, customerId: null, contactId: null, chatbotId: null, unread: null, updatedSince: null }
  const page = async (after: readonly (string | number)[] | null) => {
    const { items, hasMore } = await operations.listConversations({ ...scope, ...match, limit: 2, after })
    return { ids: items.map(({ id }) => id), hasMore }
  }
  expect(await page(null)).toEqual({ ids: ['c-\u{10000}', 'c-\uffff'], hasMore: true })
  expect(await page([start, 'c-\uffff'])).toEqual({ ids: ['c-b', 'c-a'], hasMore: false })
  expect(await page([start, 'c-a'])).toEqual({ ids: [], hasMore: false })
})

test('an alias counts as the customer it stands for, in lists and counts', async () => {
  const { operations, upsert } = open()
  const id = await upsert({ usernameKey: 'lan' })
  await upsert({ customerId: 'lan-2', usernameKey: 'lan' })
  const match = { statuses: null, oaId: null, contactId: null, chatbotId: null, unread: null, updatedSince: null }
  expect(await operations.countConversations({ ...scope, ...match, customerId: 'lan-2' })).toBe(1)
  const { items } = await operations.listConversations({ ...scope, ...match, customerId: 'lan-2', limit: 5, after: null })
  expect(items).toMatchObject([{ id, customerId: 'lan' }])
  expect(await operations.countConversations({ ...scope, ...match, customerId: 'minh' })).toBe(0)
})
