import { expect, test } from 'vitest'
import { memory } from '../../src/memory/index.js'
import type { JsonObject } from '../../src/model/json.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'

const lan = { oaId: 'page', customerId: 'lan' }
const clock = () => new Date(Date.UTC(2024, 0, 1))

async function account() {
  const store = createConversationStore({ adapter: memory(), clock })
  await store.migrate()
  return store.forAccount('acme')
}

test('two stores over two memory() adapters share nothing', async () => {
  await (await account()).upsertConversation(lan)
  expect(await (await account()).findByOaAndCustomer(lan)).toBeNull()
})

test('what a host does to the objects it gave changes nothing that is stored', async () => {
  const acme = await account()
  const metadata = { tags: ['new'], nested: { deep: 1 } }
  const occurredAt = new Date(0)
  const attachment = { type: 'image', payload: { size: 1 } }
  await acme.upsertConversationWithEvents({
    ...lan,
    metadata,
    events: [{ type: 'message', messageId: 'm1', occurredAt, attachments: [attachment] }],
  })
  metadata.tags.push('changed')
  metadata.nested.deep = 2
  occurredAt.setTime(1)
  attachment.payload.size = 2
  expect((await acme.findByOaAndCustomer(lan))?.metadata).toEqual({ tags: ['new'], nested: { deep: 1 } })
  expect(await acme.findMessage({ ...lan, messageId: 'm1' })).toMatchObject({
    occurredAt: new Date(0),
    attachments: [{ payload: { size: 1 } }],
  })
})

test('what a host does to the objects it got changes nothing that is stored', async () => {
  const acme = await account()
  const { conversation } = await acme.upsertConversation({ ...lan, metadata: { tags: ['new'] } })
  conversation.createdAt.setTime(0)
  Object.assign(conversation, { nickname: 'changed' })
  Object.assign(conversation.metadata ?? {}, { tags: [] })
  expect(await acme.findByOaAndCustomer(lan)).toMatchObject({ nickname: null, metadata: { tags: ['new'] }, createdAt: clock() })
})

test('a metadata key that prototypes know comes back as a key of its own', async () => {
  const acme = await account()
  const metadata: JsonObject = JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"a.$b":2}')
  await acme.upsertConversation({ ...lan, metadata })
  const found = await acme.findByOaAndCustomer(lan)
  expect(JSON.stringify(found?.metadata)).toBe('{"__proto__":{"polluted":true},"constructor":1,"a.$b":2}')
  expect(Object.getPrototypeOf(found?.metadata)).toBe(Object.prototype)
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})

test('an atomic bulk call that fails leaves no trace of the items before the bad one', async () => {
  const acme = await account()
  await acme.upsertConversationWithEvents({ ...lan, events: [{ type: 'message', messageId: 'm1', text: 'first' }] })
  const before = await acme.listConversations()
  const items = [
    {
      ...lan,
      nickname: 'Lan',
      events: [
        { type: 'message' as const, messageId: 'm2' },
        { type: 'message_delete' as const, targetMessageId: 'm1' },
      ],
    },
    { oaId: 'page', customerId: 'minh', customerName: 'Minh', events: [{ type: 'message' as const, messageId: 'm1' }] },
    { ...lan, expectedVersion: 9 },
  ]
  await expect(acme.bulkUpsertConversationsWithEvents({ conversations: items })).rejects.toMatchObject({
    code: 'VERSION_CONFLICT',
    details: { expected: 9, actual: 1 },
  })
  expect(await acme.listConversations()).toEqual(before)
  expect(await acme.findContact({ oaId: 'page', customerId: 'minh' })).toBeNull()
  const [conversation] = before.items
  const { items: messages } = await acme.listMessages({ conversationId: conversation?.id ?? '' })
  expect(messages).toMatchObject([{ messageId: 'm1', text: 'first', seq: 1 }])
  const again = await acme.bulkUpsertConversationsWithEvents({ conversations: items, atomic: false })
  expect(again.map(({ ok }) => ok)).toEqual([true, true, false])
})

test('calls take effect in the order in which they are made, without being awaited', async () => {
  const acme = await account()
  const calls = Array.from({ length: 50 }, (_, n) =>
    acme.upsertConversationWithEvents({ ...lan, events: [{ type: 'message', messageId: `m${n}` }] }),
  )
  const results = await Promise.all(calls)
  expect(results.map(({ outcome }) => outcome)).toEqual(['created', ...Array.from({ length: 49 }, () => 'updated')])
  expect(results.map(({ conversation }) => conversation?.lastSeq)).toEqual(results.map((_, n) => n + 1))
})

test('10,000 messages to one customer cost no more each than the first ones', async () => {
  const acme = await account()
  const write = async (from: number, to: number) => {
    const start = performance.now()
    for (let n = from; n < to; n++) await acme.upsertConversationWithEvents({ ...lan, events: [{ type: 'message', messageId: `m${n}` }] })
    return (performance.now() - start) / (to - from)
  }
  await write(0, 1000)
  const first = await write(1000, 2500)
  await write(2500, 8500)
  const last = await write(8500, 10_000)
  expect(await acme.findByOaAndCustomer(lan)).toMatchObject({ lastSeq: 10_000, unreadCount: 10_000, version: 9999 })
  // A scan of what is stored would make the last ones several times as slow.
  expect(last).toBeLessThan(first * 4 + 1)
})

test('there is no host transaction to join', () => {
  expect(() => createConversationStore({ adapter: memory() }).using({})).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED', details: { operation: 'using(tx)', needs: 'PostgreSQL or MongoDB' } }),
  )
})

test('a store is migrated once, and refuses every call before', async () => {
  const store = createConversationStore({ adapter: memory() })
  await expect(store.forAccount('acme').upsertConversation(lan)).rejects.toMatchObject({ code: 'SCHEMA_OUT_OF_DATE' })
  expect(await store.checkSchema()).toMatchObject({ ok: false, schema: 0 })
  const { applied, schema } = await store.migrate()
  expect(applied).not.toEqual([])
  expect(await store.migrate()).toEqual({ applied: [], schema })
  expect(await store.checkSchema()).toEqual({ ok: true, schema, missing: [], different: [] })
})
