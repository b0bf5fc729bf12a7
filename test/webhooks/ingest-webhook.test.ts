import { beforeEach, describe, expect, test } from 'vitest'
import { type ChannelNormalizer, ingestWebhook, type WebhookStore } from '../../src/webhooks/index.js'
import { body, echo, fromCustomer, lan, noon, page, text } from './bodies.js'
import { type ConnectedHost, connectedHost } from './connected-host.js'

const customer = { oaId: page, customerId: lan }

let host: ConnectedHost
beforeEach(async () => {
  host = await connectedHost()
})

describe('a body', () => {
  test('becomes conversations, one step for each customer', async () => {
    const second = { customerId: '7301998840021177' }
    const report = await host.ingest(body(text('m_1'), text('m_2', second), text('m_3', { at: noon + 1 })))
    expect(report).toEqual({
      outcome: 'ingested',
      reason: null,
      stored: 3,
      live: 0,
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
    const conversation = await host.acme.findByOaAndCustomer(customer)
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
    expect(await host.ingest(given)).toMatchObject({ outcome: 'ingested', stored: 6, duplicates: 0 })
    const before = await host.everything()
    expect(await host.ingest(given)).toMatchObject({
      outcome: 'ingested',
      stored: 0,
      applied: 0,
      waiting: 0,
      duplicates: 6,
      conversations: [{ outcome: 'duplicate' }],
    })
    expect(await host.everything()).toEqual(before)
  })

  test('that repeats a message, in one entry or in two, stores it once', async () => {
    const { object, entry } = body(text('m_1'), text('m_1'))
    expect(await host.ingest({ object, entry: [...entry, ...entry] })).toMatchObject({ stored: 1, duplicates: 3 })
    expect(await host.messagesOf()).toHaveLength(1)
  })

  test('with 1,001 customers is stored whole', async () => {
    const customers = Array.from({ length: 1001 }, (_, index) => String(6_000_000_000 + index))
    const report = await host.ingest(body(...customers.map((customerId) => text('m_1', { customerId }))))
    expect(report).toMatchObject({ outcome: 'ingested', stored: 1001 })
    expect(report.conversations.map(({ customerId }) => customerId)).toEqual(customers)
    expect(await host.acme.countConversations()).toBe(1001)
  })

  test('with more events of one customer than a call may carry keeps their order', async () => {
    const mids = Array.from({ length: 5001 }, (_, index) => `m_${index}`)
    const report = await host.ingest(body(...mids.map((mid) => text(mid))))
    expect(report).toMatchObject({ stored: 5001, conversations: [{ outcome: 'created' }] })
    const messages = await host.messagesOf()
    expect(messages.map(({ messageId }) => messageId)).toEqual(mids)
    expect(messages.at(-1)?.seq).toBe(5001)
  })

  test('with more than a call may weigh is stored in several', async () => {
    const { calls, counting } = countedCalls(host)
    const heavy = Array.from({ length: 24 }, (_, index) => fromCustomer({ message: { mid: `m_${index}`, text: 'x'.repeat(1024 * 1024) } }))
    const report = await ingestWebhook(counting, 'messenger', body(...heavy))
    expect(report).toMatchObject({ outcome: 'ingested', stored: 24, rejected: [], conversations: [{ outcome: 'created' }] })
    expect(calls).toEqual([7, 7, 7, 3])
    expect((await host.messagesOf()).map(({ messageId }) => messageId)).toEqual(heavy.map((_, index) => `m_${index}`))
  })

  test('with very many events is stored in calls of a thousand, and splits no customer whom a call can carry', async () => {
    const said = (customerId: string, count: number) =>
      Array.from({ length: count }, (_, index) => text(`${customerId}_${index}`, { customerId }))
    const { calls, counting } = countedCalls(host)
    const few = ['1', '2', '3'].flatMap((customerId) => said(customerId, 400))
    const report = await ingestWebhook(counting, 'messenger', body(...few, ...said('4', 5000), ...said('5', 5001)))
    expect(report).toMatchObject({ outcome: 'ingested', stored: 1200 + 5000 + 5001 })
    expect(calls).toEqual([800, 400, 5000, 1000, 1000, 1000, 1000, 1000, 1])
  })

  test('with a message that the store can not take loses that one alone', async () => {
    const huge = fromCustomer({ message: { mid: 'm_2', text: 'x'.repeat(1024 * 1024 + 1) } })
    const report = await host.ingest(body(text('m_1'), huge, text('m_3'), text('m_4', { customerId: '7301998840021177' })))
    expect(report).toMatchObject({ outcome: 'partial', stored: 3, rejected: [{ path: 'entry[0].messaging[1]' }] })
    expect((await host.messagesOf()).map(({ messageId }) => messageId)).toEqual(['m_1', 'm_3'])
    expect(report.conversations).toHaveLength(2)
  })

  test('without any readable time is stored once, whatever it says, and however often it comes', async () => {
    const untimed = (rest: Record<string, unknown>) => ({ ...fromCustomer(rest), timestamp: 'soon' })
    const given = [
      text('m_1'),
      untimed({ postback: { payload: 'YES', title: 'Yes' } }),
      untimed({ postback: { payload: 'NO', title: 'No' } }),
      untimed({ referral: { ref: 'ad' }, optin: { ref: 'ad' } }),
      untimed({ message_edit: { mid: 'm_1', text: 'edited', num_edit: 1 } }),
      untimed({ reaction: { mid: 'm_1', action: 'react', emoji: '❤' } }),
    ]
    const untimedBody = { ...body(), entry: [{ id: page, messaging: given }] }
    expect(await host.ingest(untimedBody)).toMatchObject({ outcome: 'ingested', stored: 7, duplicates: 0 })
    const before = await host.everything()
    for (let again = 0; again < 3; again++) expect(await host.ingest(untimedBody)).toMatchObject({ stored: 0, duplicates: 7 })
    expect(await host.everything()).toEqual(before)
  })

  test('with a receipt without a readable time that waits makes it wait once', async () => {
    const receipt = { ...fromCustomer({ delivery: { mids: ['m_8', 'm_9'] } }), timestamp: null }
    const receipts = { ...body(), entry: [{ id: page, messaging: [receipt] }] }
    for (let again = 0; again < 3; again++) await host.ingest(receipts)
    const echoes = body(echo({ mid: 'm_8', text: 'a' }), echo({ mid: 'm_9', text: 'b' }))
    expect(await host.ingest(echoes)).toMatchObject({ stored: 2 })
    expect(await host.messagesOf()).toMatchObject([{ status: 'delivered' }, { status: 'delivered' }])
  })

  test.each([true, 'true'])('with a message that Messenger could not deliver (%j) shows a placeholder', async (is_unsupported) => {
    await host.ingest(body(fromCustomer({ message: { mid: 'm_1', is_unsupported } })))
    expect(await host.acme.findByOaAndCustomer({ oaId: page, customerId: lan })).toMatchObject({ lastMessagePreview: '[unsupported]' })
    expect(await host.messagesOf()).toMatchObject([{ text: '', attachments: [{ type: 'unsupported' }], metadata: { unsupported: true } }])
  })

  test('with NUL and half a character in its text is stored without them', async () => {
    expect(await host.ingest(body(fromCustomer({ message: { mid: 'm_1', text: 'a\u0000b\uD800' } })))).toMatchObject({ stored: 1 })
    expect(await host.messagesOf()).toMatchObject([{ text: 'ab\uFFFD' }])
  })
})

describe('a channel', () => {
  test('is Messenger by its name, too', async () => {
    expect(await host.ingest(body(text('m_1')))).toMatchObject({ stored: 1 })
    expect(await ingestWebhook(host.store, 'messenger', body(text('m_1')))).toMatchObject({ stored: 0, duplicates: 1 })
  })

  test('may be a normalizer of the host’s own', async () => {
    await host.acme.connectInbox({ oaId: 'site-1', channel: 'site_chat' })
    const siteChat: ChannelNormalizer = {
      channel: 'site_chat',
      normalize(given) {
        const { siteId, visitorId, id, text } = Object(given)
        if (![siteId, visitorId, id, text].every((field) => typeof field === 'string' && field !== '')) {
          const rejected = [{ path: 'body', reason: 'siteId, visitorId, id or text is missing' }]
          return { outcome: 'invalid', reason: 'body: a field is missing', items: [], ignored: [], rejected }
        }
        const event = { type: 'message', messageId: id, direction: 'inbound', text } as const
        const item = { path: 'body', oaId: siteId, customerId: visitorId, event, standby: false }
        return { outcome: 'events', reason: null, items: [item], ignored: [], rejected: [] }
      },
    }
    const given = { siteId: 'site-1', visitorId: 'v-1', id: 'm_1', text: 'hello' }
    expect(await ingestWebhook(host.store, siteChat, JSON.stringify(given))).toMatchObject({ outcome: 'ingested', stored: 1 })
    expect(await host.messagesOf({ oaId: 'site-1', customerId: 'v-1' })).toMatchObject([{ text: 'hello' }])
    expect(await ingestWebhook(host.store, siteChat, '{}')).toMatchObject({ outcome: 'invalid', rejected: [{ path: 'body' }] })
  })
})

test.each(['instagram', 'constructor', '', null, undefined, {}])(
  'the channel %j is refused with the names of those that there are',
  async (channel) => {
    await expect(ingestWebhook(host.store, channel as never, body(text('m_1')))).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { issues: [{ path: 'channel', message: expect.stringContaining('messenger') }] },
    })
  },
)

/** The host's store, and how many events each of its calls carried. */
function countedCalls({ store }: ConnectedHost): { readonly calls: readonly number[]; readonly counting: WebhookStore } {
  const calls: number[] = []
  const counting: WebhookStore = {
    findInboxOwner: (input) => store.findInboxOwner(input),
    forAccount: (accountId) => ({
      bulkUpsertConversationsWithEvents(input) {
        calls.push(input.conversations.flatMap(({ events = [] }) => events).length)
        return store.forAccount(accountId).bulkUpsertConversationsWithEvents(input)
      },
      applyReceipt: (input) => store.forAccount(accountId).applyReceipt(input),
    }),
  }
  return { calls, counting }
}
