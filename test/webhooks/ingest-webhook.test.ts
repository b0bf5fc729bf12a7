import { beforeEach, describe, expect, test } from 'vitest'
import { type ConversationStore, createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { ConversationStoreError } from '../../src/model/errors.js'
import type { Message } from '../../src/model/records.js'
import { ingestWebhook, messengerWith, type WebhookStore } from '../../src/webhooks/index.js'
import { body, echo, fromCustomer, lan, noon, page } from './bodies.js'

const otherPage = '189538289069256'
const customer = { oaId: page, customerId: lan }
const text = (mid: string, rest?: Parameters<typeof fromCustomer>[1]) => fromCustomer({ message: { mid, text: mid } }, rest)

let store: ConversationStore
beforeEach(async () => {
  store = createConversationStore({ adapter: memory() })
  await store.forAccount('acme').connectInbox({ oaId: page, channel: 'messenger' })
})

const ingest = (given: unknown) => ingestWebhook(store, 'messenger', given)
const acme = () => store.forAccount('acme')

async function messagesOf(key = customer) {
  const conversation = await acme().findByOaAndCustomer({ ...key, status: 'any' })
  if (conversation === null) throw new Error('there is no conversation')
  const messages: Message[] = []
  for await (const message of acme().listMessages({ conversationId: conversation.id, limit: 500 })) messages.push(message)
  return messages
}

async function everything(accountId = 'acme') {
  const account = store.forAccount(accountId)
  const { items } = await account.listConversations({ limit: 500 })
  const histories = items.map(async ({ id }) => [
    await account.listMessages({ conversationId: id }),
    await account.listEvents({ conversationId: id }),
  ])
  return [items, await Promise.all(histories)]
}

describe('a body', () => {
  test('becomes conversations, one step for each customer', async () => {
    const second = { customerId: '7301998840021177' }
    const report = await ingest(body(text('m_1'), text('m_2', second), text('m_3', { at: noon + 1 })))
    expect(report).toEqual({
      outcome: 'ingested',
      reason: null,
      stored: 3,
      applied: 0,
      duplicates: 0,
      unchanged: 0,
      waiting: 0,
      conversations: [
        { accountId: 'acme', oaId: page, customerId: lan, conversationId: expect.any(String), outcome: 'created' },
        { accountId: 'acme', oaId: page, ...second, conversationId: expect.any(String), outcome: 'created' },
      ],
      rejected: [],
      unknownInboxes: [],
    })
    const conversation = await acme().findByOaAndCustomer(customer)
    expect(conversation).toMatchObject({ channel: 'messenger', version: 0, unreadCount: 2, lastSeq: 2, lastMessagePreview: 'm_3' })
    expect(conversation?.id).toBe(report.conversations[0]?.conversationId)
  })

  test('that comes again is all duplicates and changes nothing', async () => {
    const given = body(
      text('m_1'),
      fromCustomer({ postback: { payload: 'START' } }),
      fromCustomer({ reaction: { mid: 'm_1', action: 'react', emoji: '❤' } }),
      fromCustomer({ message_edit: { mid: 'm_1', text: 'b', num_edit: 1 } }),
      fromCustomer({ referral: { ref: 'r' } }),
      echo({ mid: 'm_2', text: 'c' }),
    )
    expect(await ingest(given)).toMatchObject({ outcome: 'ingested', stored: 6, duplicates: 0 })
    const before = await everything()
    expect(await ingest(given)).toMatchObject({
      outcome: 'ingested',
      stored: 0,
      applied: 0,
      waiting: 0,
      duplicates: 6,
      conversations: [{ outcome: 'duplicate' }],
    })
    expect(await everything()).toEqual(before)
  })

  test('that repeats a message, in one entry or in two, stores it once', async () => {
    const { object, entry } = body(text('m_1'), text('m_1'))
    expect(await ingest({ object, entry: [...entry, ...entry] })).toMatchObject({ stored: 1, duplicates: 3 })
    expect(await messagesOf()).toHaveLength(1)
  })

  test('may be text or bytes; what is not JSON is invalid and no exception', async () => {
    expect(await ingest(JSON.stringify(body(text('m_1'))))).toMatchObject({ outcome: 'ingested', stored: 1 })
    expect(await ingest(Buffer.from(JSON.stringify(body(text('m_2')))))).toMatchObject({ outcome: 'ingested', stored: 1 })
    for (const broken of ['', '{', Buffer.from([0xff, 0xfe]), 'null']) {
      expect(await ingest(broken)).toMatchObject({ outcome: 'invalid', stored: 0, conversations: [] })
    }
  })

  test('with 1,001 customers is stored whole', async () => {
    const customers = Array.from({ length: 1001 }, (_, index) => String(6_000_000_000 + index))
    const report = await ingest(body(...customers.map((customerId) => text('m_1', { customerId }))))
    expect(report).toMatchObject({ outcome: 'ingested', stored: 1001 })
    expect(report.conversations.map(({ customerId }) => customerId)).toEqual(customers)
    expect(await acme().countConversations()).toBe(1001)
  })

  test('with more events of one customer than a call may carry keeps their order', async () => {
    const mids = Array.from({ length: 5001 }, (_, index) => `m_${index}`)
    const report = await ingest(body(...mids.map((mid) => text(mid))))
    expect(report).toMatchObject({ stored: 5001, conversations: [{ outcome: 'created' }] })
    const messages = await messagesOf()
    expect(messages.map(({ messageId }) => messageId)).toEqual(mids)
    expect(messages.at(-1)?.seq).toBe(5001)
  })

  test('with more than a call may weigh is stored in several', async () => {
    const calls: number[] = []
    const counting: WebhookStore = {
      findInboxOwner: (input) => store.findInboxOwner(input),
      forAccount: (accountId) => ({
        bulkUpsertConversationsWithEvents(input) {
          calls.push(input.conversations.flatMap(({ events = [] }) => events).length)
          return store.forAccount(accountId).bulkUpsertConversationsWithEvents(input)
        },
      }),
    }
    const heavy = Array.from({ length: 24 }, (_, index) => fromCustomer({ message: { mid: `m_${index}`, text: 'x'.repeat(1024 * 1024) } }))
    const report = await ingestWebhook(counting, 'messenger', body(...heavy))
    expect(report).toMatchObject({ outcome: 'ingested', stored: 24, rejected: [], conversations: [{ outcome: 'created' }] })
    expect(calls).toEqual([7, 7, 7, 3])
    expect((await messagesOf()).map(({ messageId }) => messageId)).toEqual(heavy.map((_, index) => `m_${index}`))
  })

  test('with a message that the store can not take loses that one alone', async () => {
    const huge = fromCustomer({ message: { mid: 'm_2', text: 'x'.repeat(1024 * 1024 + 1) } })
    const report = await ingest(body(text('m_1'), huge, text('m_3'), text('m_4', { customerId: '7301998840021177' })))
    expect(report).toMatchObject({ outcome: 'partial', stored: 3, rejected: [{ path: 'entry[0].messaging[1]' }] })
    expect((await messagesOf()).map(({ messageId }) => messageId)).toEqual(['m_1', 'm_3'])
    expect(report.conversations).toHaveLength(2)
  })

  test('with NUL and half a character in its text is stored without them', async () => {
    expect(await ingest(body(fromCustomer({ message: { mid: 'm_1', text: 'a\u0000b\uD800' } })))).toMatchObject({ stored: 1 })
    expect(await messagesOf()).toMatchObject([{ text: 'ab\uFFFD' }])
  })
})

describe('accounts', () => {
  test('get what comes for their own pages, also from one body and one customer id', async () => {
    await store.forAccount('other').connectInbox({ oaId: otherPage, channel: 'messenger' })
    const first = { id: page, time: noon, messaging: [text('m_1')] }
    const second = { id: otherPage, time: noon, messaging: [text('m_1', { oaId: otherPage })] }
    const report = await ingest({ object: 'page', entry: [first, second, first] })
    expect(report).toMatchObject({
      stored: 2,
      duplicates: 1,
      conversations: [
        { accountId: 'acme', oaId: page, customerId: lan },
        { accountId: 'other', oaId: otherPage, customerId: lan },
      ],
    })
    expect(await acme().countConversations()).toBe(1)
    expect(await store.forAccount('other').countConversations()).toBe(1)
    expect(await acme().findByOaAndCustomer({ oaId: otherPage, customerId: lan })).toBeNull()
  })

  test('whose page nobody has connected are told, and nothing is stored', async () => {
    const report = await ingest(body(text('m_1')))
    expect(report.outcome).toBe('ingested')
    await acme().disconnectInbox({ oaId: page })
    const before = await everything()
    expect(await ingest(body(text('m_2')))).toMatchObject({ outcome: 'ignored', stored: 0, unknownInboxes: [page], conversations: [] })
    expect(await everything()).toEqual(before)
  })

  test('are looked up once for each page of a body', async () => {
    const asked: string[] = []
    const counting: WebhookStore = {
      forAccount: (accountId) => store.forAccount(accountId),
      findInboxOwner: (input) => {
        asked.push(input.oaId)
        return store.findInboxOwner(input)
      },
    }
    const unknown = { id: otherPage, time: noon, messaging: [text('m_3', { oaId: otherPage }), text('m_4', { oaId: otherPage })] }
    const { object, entry } = body(text('m_1'), text('m_2'))
    const report = await ingestWebhook(counting, 'messenger', { object, entry: [...entry, unknown, ...entry] })
    expect(report).toMatchObject({ outcome: 'partial', stored: 2, duplicates: 2, unknownInboxes: [otherPage] })
    expect(asked).toEqual([page, otherPage])
  })

  test('do not wait for one whose writes fail, and the failure is thrown so that the channel sends again', async () => {
    await store.forAccount('other').connectInbox({ oaId: otherPage, channel: 'messenger' })
    const contention = new ConversationStoreError('CONTENTION', { attempts: 5 })
    const failing: WebhookStore = {
      findInboxOwner: (input) => store.findInboxOwner(input),
      forAccount: (accountId) =>
        accountId === 'acme' ? { bulkUpsertConversationsWithEvents: () => Promise.reject(contention) } : store.forAccount(accountId),
    }
    const { object, entry } = body(text('m_1'))
    const given = { object, entry: [...entry, { id: otherPage, time: noon, messaging: [text('m_1', { oaId: otherPage })] }] }
    await expect(ingestWebhook(failing, 'messenger', given)).rejects.toBe(contention)
    expect(await store.forAccount('other').countConversations()).toBe(1)
    expect(await ingest(given)).toMatchObject({ stored: 1, duplicates: 1 })
  })

  test('get a failure of one item thrown too, when sending again can help', async () => {
    const unknown = new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: 'o' })
    const failing: WebhookStore = {
      findInboxOwner: (input) => store.findInboxOwner(input),
      forAccount: () => ({ bulkUpsertConversationsWithEvents: () => Promise.resolve([{ ok: false, error: unknown }]) }),
    }
    await expect(ingestWebhook(failing, 'messenger', body(text('m_1')))).rejects.toBe(unknown)
  })
})

describe('an echo', () => {
  const reply = { type: 'message', localId: 'r-1', direction: 'outbound', text: 'Dạ còn ạ' } as const
  const sent = { type: 'message_sent', localId: 'r-1', messageId: 'm_2' } as const

  test('of a reply that the host has stored adds nothing', async () => {
    await ingest(body(text('m_1')))
    await acme().upsertConversationWithEvents({ ...customer, events: [reply] })
    await acme().upsertConversationWithEvents({ ...customer, events: [sent] })
    expect(await ingest(body(echo({ mid: 'm_2', text: 'Dạ còn ạ' })))).toMatchObject({ stored: 0, duplicates: 1 })
    expect(await messagesOf()).toMatchObject([{ messageId: 'm_1' }, { messageId: 'm_2', localId: 'r-1', seq: 2, status: 'sent' }])
  })

  test('that comes before the host links its reply folds into the same row', async () => {
    await ingest(body(text('m_1')))
    await acme().upsertConversationWithEvents({ ...customer, events: [reply] })
    expect(await ingest(body(echo({ mid: 'm_2', text: 'Dạ còn ạ' })))).toMatchObject({ stored: 1 })
    await acme().upsertConversationWithEvents({ ...customer, events: [sent] })
    expect(await messagesOf()).toMatchObject([{ messageId: 'm_1' }, { messageId: 'm_2', localId: 'r-1', seq: 2 }])
  })

  test('whose metadata holds the localId never makes a second row', async () => {
    await ingest(body(text('m_1')))
    await acme().upsertConversationWithEvents({ ...customer, events: [reply] })
    const reading = messengerWith({ localIdFromEcho: (metadata) => (metadata.startsWith('local:') ? metadata.slice(6) : null) })
    await ingestWebhook(store, reading, body(echo({ mid: 'm_2', text: 'Dạ còn ạ', metadata: 'local:r-1' })))
    expect(await messagesOf()).toMatchObject([{ messageId: 'm_1' }, { messageId: 'm_2', localId: 'r-1', seq: 2, status: 'sent' }])
  })

  test('that is the first thing known of a customer opens the conversation, read', async () => {
    expect(await ingest(body(echo({ mid: 'm_1', text: 'Chào Lan' })))).toMatchObject({ conversations: [{ outcome: 'created' }] })
    expect(await acme().findByOaAndCustomer(customer)).toMatchObject({ unreadCount: 0, lastSeq: 1, lastInboundAt: null })
  })
})

describe('what points at a message', () => {
  test('waits for it: a deletion that came first leaves no text', async () => {
    expect(await ingest(body(fromCustomer({ message: { mid: 'm_1', is_deleted: true } })))).toMatchObject({
      waiting: 1,
      conversations: [{ conversationId: null }],
    })
    await ingest(body(fromCustomer({ message: { mid: 'm_1', text: 'bí mật' } })))
    expect(await messagesOf()).toMatchObject([{ messageId: 'm_1', text: '', attachments: [], deletedAt: new Date(noon) }])
    expect(JSON.stringify(await everything())).not.toContain('bí mật')
  })

  test('opens nothing when the message is unknown', async () => {
    const items = [
      fromCustomer({ reaction: { mid: 'm_9', action: 'react', emoji: '❤' } }),
      fromCustomer({ message_edit: { mid: 'm_9', text: 'b', num_edit: 1 } }),
      fromCustomer({ delivery: { mids: ['m_9'], watermark: noon } }),
    ]
    await ingest(body(...items))
    expect(await acme().countConversations()).toBe(0)
  })

  test('marks replies as read up to the watermark, and neither later ones nor the customer’s own', async () => {
    const items = [text('m_1'), echo({ mid: 'm_2', text: 'a' }, { at: noon + 10 }), echo({ mid: 'm_3', text: 'b' }, { at: noon + 30 })]
    await ingest(body(...items))
    const read = fromCustomer({ read: { watermark: noon + 20 } }, { at: noon + 40 })
    expect(await ingest(body(read))).toMatchObject({ outcome: 'ingested', applied: 1 })
    expect(await messagesOf()).toMatchObject([
      { messageId: 'm_1', status: null, readAt: null },
      { messageId: 'm_2', status: 'read', readAt: new Date(noon + 40) },
      { messageId: 'm_3', status: 'sent', readAt: null },
    ])
    expect(await ingest(body(fromCustomer({ delivery: { mids: ['m_2', 'm_2'], watermark: noon + 20 } }, { at: noon + 50 })))).toMatchObject(
      { stored: 0 },
    )
    expect((await messagesOf())[1]?.status).toBe('read')
  })

  test('is a reaction that can be taken away', async () => {
    const react = (action: string, at: number) => fromCustomer({ reaction: { mid: 'm_1', action, emoji: '❤' } }, { at })
    await ingest(body(text('m_1'), react('react', noon + 1)))
    expect(await messagesOf()).toMatchObject([{ reactions: [{ senderId: lan, emoji: '❤' }] }])
    await ingest(body(react('unreact', noon + 2)))
    expect(await messagesOf()).toMatchObject([{ reactions: [] }])
  })
})

test.each(['instagram', 'constructor', '', null, undefined, {}])(
  'the channel %j is refused with the names of those that there are',
  async (channel) => {
    await expect(ingestWebhook(store, channel as never, body(text('m_1')))).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { issues: [{ path: 'channel', message: expect.stringContaining('messenger') }] },
    })
  },
)
