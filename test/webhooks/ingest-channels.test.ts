import { beforeEach, describe, expect, test } from 'vitest'
import { type ConversationStore, createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import { type ChannelNormalizer, ingestWebhook, telegram, twilio, type WebhookLogger, whatsapp, zalo } from '../../src/webhooks/index.js'
import { bodyOf } from './collected-bodies.js'

const number = '106540352242922'

let store: ConversationStore
let acme: AccountConversations
beforeEach(async () => {
  store = createConversationStore({ adapter: memory() })
  await store.migrate()
  acme = store.forAccount('acme')
})

/** A body of WhatsApp's with what stands in the value of one change. */
function change(value: Record<string, unknown>, field = 'messages') {
  const metadata = { display_phone_number: '+1 555-078-3881', phone_number_id: number }
  return { object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field, value: { metadata, ...value } }] }] }
}

function said(id: string, from: Record<string, unknown>, at = 1790000000) {
  return { id, ...from, timestamp: String(at), type: 'text', text: { body: id } }
}

async function textsOf(customerId: string, oaId = number): Promise<readonly string[]> {
  const conversation = await acme.findByOaAndCustomer({ oaId, customerId, status: 'any' })
  const { items } = await acme.listMessages({ conversationId: conversation?.id ?? '' })
  return items.map(({ text }) => text)
}

describe('a body of WhatsApp', () => {
  beforeEach(async () => {
    await acme.connectInbox({ oaId: number, channel: 'whatsapp' })
  })

  test('joins what it names by different ids of one person, in its order', async () => {
    const [both, phone, id] = [{ from: '849', from_user_id: 'VN.1' }, { from: '849' }, { from_user_id: 'VN.1' }]
    const messages = [said('m1', both), said('m2', phone), said('m3', id), said('m4', both), said('m5', phone)]
    const report = await ingestWebhook(store, whatsapp, change({ messages }))
    expect(report).toMatchObject({ outcome: 'ingested', stored: 5 })
    expect(await textsOf('849')).toEqual(['m1', 'm2', 'm3', 'm4', 'm5'])
    expect(await textsOf('VN.1')).toEqual(await textsOf('849'))
  })

  test('applies its notices before its messages, wherever they stand', async () => {
    await ingestWebhook(store, whatsapp, change({ messages: [said('m1', { from_user_id: 'VN.1' })] }))
    const system = { type: 'user_changed_user_id', user_id: 'VN.2', previous_user_id: 'VN.1' }
    const notice = { id: 'n1', timestamp: '1790000100', type: 'system', system }
    const body = change({ messages: [said('m2', { from_user_id: 'VN.2' }, 1790000101), notice] })
    expect(await ingestWebhook(store, whatsapp, body)).toMatchObject({ outcome: 'ingested', applied: 1, stored: 1 })
    expect(await textsOf('VN.2')).toEqual(['m1', 'm2'])
    const again = await ingestWebhook(store, whatsapp, body)
    expect(again).toMatchObject({ stored: 0, applied: 0, unchanged: 1, duplicates: 1 })
  })

  test('reports ids that can not be one person’s, and links none of them', async () => {
    await ingestWebhook(store, whatsapp, change({ messages: [said('m1', { from: '849', from_user_id: 'VN.1' })] }))
    const report = await ingestWebhook(store, whatsapp, change({ messages: [said('m2', { from: '849', from_user_id: 'VN.9' })] }))
    expect(report.conversations).toMatchObject([{ conflicts: [{ id: '849', kind: 'phone' }] }])
    expect([await textsOf('849'), await textsOf('VN.9')]).toEqual([['m1'], ['m2']])
  })

  test('brings history in silently, says how far it is, and opens what the host wants', async () => {
    const report = await ingestWebhook(store, whatsapp, bodyOf('whatsapp', 'history_chunk'), { opens: 'closed' })
    expect(report).toMatchObject({ outcome: 'ingested', historyProgress: [{ oaId: number, phase: 0, chunkOrder: 1, progress: 55 }] })
    expect(await acme.findByOaAndCustomer({ oaId: number, customerId: '84900000161', status: 'any' })).toMatchObject({
      status: 'closed',
      unreadCount: 0,
    })
    await ingestWebhook(store, whatsapp, bodyOf('whatsapp', 'history_media_later'))
    const conversation = await acme.findByOaAndCustomer({ oaId: number, customerId: '84900000161', status: 'any' })
    const { items } = await acme.listMessages({ conversationId: conversation?.id ?? '' })
    expect(items.at(-1)).toMatchObject({
      text: 'hóa đơn nè',
      history: true,
      attachments: [{ type: 'image', payload: { id: '7719904420038156' } }],
    })
    expect(items[1]).toMatchObject({ direction: 'outbound', status: 'read' })
  })

  test('tells the logger what is rejected and the progress, and of no content', async () => {
    const told: string[] = []
    const tell = (level: string) => (message: string) => void told.push(`${level} ${message}`)
    const logger: WebhookLogger = { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') }
    const body = change({ messages: [said('m1', { from: '849' }), { from: '849', type: 'text', text: { body: 'private' } }] })
    await ingestWebhook(store, whatsapp, body, { logger })
    await ingestWebhook(store, whatsapp, change({ messages: [said('m2', { from: '849' })] }), { logger })
    expect(told).toEqual([
      'debug [Webhook] Processing message from 849',
      'warn [API Validation] Invalid message: entry[0].changes[0].value.messages[1] id is missing',
      'debug NEW CONTACT',
      'debug [Webhook] Processing message from 849',
      'debug Updated',
    ])
  })
})

describe('a status of Twilio that names no number', () => {
  const oaId = '+12028831111'
  const status = 'MessageSid=SM1&MessageStatus=delivered'
  beforeEach(async () => {
    await acme.connectInbox({ oaId, channel: 'sms' })
  })

  test('is applied to the reply in the inbox that the route names', async () => {
    const events = [{ type: 'message', direction: 'outbound', messageId: 'SM1', text: 'hi' }] as const
    await acme.upsertConversationWithEvents({ oaId, customerId: '+14133881111', events })
    expect(await ingestWebhook(store, twilio, status, { oaId })).toMatchObject({ outcome: 'ingested', applied: 1 })
    expect(await ingestWebhook(store, twilio, status, { oaId })).toMatchObject({ outcome: 'ingested', unchanged: 1 })
    const conversation = await acme.findByOaAndCustomer({ oaId, customerId: '+14133881111' })
    expect((await acme.listMessages({ conversationId: conversation?.id ?? '' })).items).toMatchObject([{ status: 'delivered' }])
  })

  test('is reported where no reply has its id', async () => {
    expect(await ingestWebhook(store, twilio, status, { oaId })).toMatchObject({
      outcome: 'invalid',
      rejected: [{ path: 'body', reason: 'no reply in the inbox has the id that the receipt names' }],
    })
  })

  test('is the host’s mistake without an inbox, so that Twilio sends it again', async () => {
    await expect(ingestWebhook(store, twilio, status)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    await expect(ingestWebhook(store, telegram, bodyOf('telegram', 'photo_caption'))).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  })
})

test('one number carries SMS and WhatsApp, each with its own inbox', async () => {
  await acme.connectInbox({ oaId: '+12028831111', channel: 'sms' })
  await acme.connectInbox({ oaId: 'whatsapp:+12028831111', channel: 'whatsapp' })
  const form = (prefix: string, sid: string) =>
    new URLSearchParams({ From: `${prefix}+1413`, To: `${prefix}+12028831111`, MessageSid: sid, Body: sid })
  for (const [prefix, sid] of [
    ['', 'SM1'],
    ['whatsapp:', 'SM2'],
  ] as const) {
    expect(await ingestWebhook(store, twilio, form(prefix, sid).toString())).toMatchObject({ stored: 1, unknownInboxes: [] })
  }
  expect([await textsOf('+1413', '+12028831111'), await textsOf('+1413', 'whatsapp:+12028831111')]).toEqual([['SM1'], ['SM2']])
  const bare = new URLSearchParams({ From: '+1413', To: '+12028831111', MessageSid: 'SM3', Body: 'SM3' }).toString()
  await ingestWebhook(store, twilio, bare, { oaId: 'whatsapp:+12028831111' })
  expect(await textsOf('+1413', 'whatsapp:+12028831111')).toEqual(['SM2', 'SM3'])
})

test.each(['user_seen_message_not_inverted', 'user_received_message'])(
  'of Zalo’s %s the connected inbox tells who is who',
  async (name) => {
    const oaId = '1487654321098765432'
    await acme.connectInbox({ oaId, channel: 'zalo' })
    expect(await ingestWebhook(store, zalo, bodyOf('zalo', name))).toMatchObject({
      conversations: [{ oaId, customerId: '8123456789012345679' }],
      unknownInboxes: [],
    })
  },
)

test('Telegram’s group migration ties two chats once, and keeps their message ids apart', async () => {
  await acme.connectInbox({ oaId: 'bot', channel: 'telegram' })
  const chat = (id: string, type: string) => ({ message_id: 1, chat: { id, type }, date: 1515736358 })
  const updates = [
    { update_id: 1, message: { ...chat('-12', 'group'), migrate_to_chat_id: -10012 } },
    { update_id: 2, message: { ...chat('-10012', 'supergroup'), migrate_from_chat_id: -12 } },
  ]
  const reports = []
  for (const update of updates) reports.push(await ingestWebhook(store, telegram, update, { oaId: 'bot' }))
  expect(reports).toMatchObject([{ rejected: [] }, { rejected: [], applied: 0, unchanged: 1 }])
})

test('a normalizer of the host’s own whose item names nobody loses that item alone', async () => {
  await acme.connectInbox({ oaId: 'o', channel: 'api' })
  const event = { type: 'message', messageId: 'm', text: 'a' } as const
  const own: ChannelNormalizer = {
    channel: 'api',
    normalize: () => ({
      outcome: 'events',
      reason: null,
      items: [{ path: 'x', oaId: 'o', customerId: null, event, standby: false }],
      ignored: [],
      rejected: [],
    }),
  }
  expect(await ingestWebhook(store, own, {})).toMatchObject({ outcome: 'invalid', rejected: [{ path: 'x' }] })
})

test.each(['', 7, null])('the oaId %j is refused', async (oaId) => {
  await expect(ingestWebhook(store, whatsapp, {}, { oaId: oaId as never })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
})
