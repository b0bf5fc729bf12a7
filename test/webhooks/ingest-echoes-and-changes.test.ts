import { beforeEach, describe, expect, test } from 'vitest'
import { ingestWebhook, messengerWith } from '../../src/webhooks/index.js'
import { body, echo, fromCustomer, lan, noon, page, text } from './bodies.js'
import { type ConnectedHost, connectedHost } from './connected-host.js'

const customer = { oaId: page, customerId: lan }

let host: ConnectedHost
beforeEach(async () => {
  host = await connectedHost()
})

describe('an echo', () => {
  const reply = { type: 'message', localId: 'r-1', direction: 'outbound', text: 'Dạ còn ạ' } as const
  const sent = { type: 'message_sent', localId: 'r-1', messageId: 'm_2' } as const

  test('of a reply that the host has stored adds nothing', async () => {
    await host.ingest(body(text('m_1')))
    await host.acme.upsertConversationWithEvents({ ...customer, events: [reply] })
    await host.acme.upsertConversationWithEvents({ ...customer, events: [sent] })
    expect(await host.ingest(body(echo({ mid: 'm_2', text: 'Dạ còn ạ' })))).toMatchObject({ stored: 0, duplicates: 1 })
    expect(await host.messagesOf()).toMatchObject([{ messageId: 'm_1' }, { messageId: 'm_2', localId: 'r-1', seq: 2, status: 'sent' }])
  })

  test('that comes before the host links its reply folds into the same row', async () => {
    await host.ingest(body(text('m_1')))
    await host.acme.upsertConversationWithEvents({ ...customer, events: [reply] })
    expect(await host.ingest(body(echo({ mid: 'm_2', text: 'Dạ còn ạ' })))).toMatchObject({ stored: 1 })
    await host.acme.upsertConversationWithEvents({ ...customer, events: [sent] })
    expect(await host.messagesOf()).toMatchObject([{ messageId: 'm_1' }, { messageId: 'm_2', localId: 'r-1', seq: 2 }])
  })

  test('whose metadata holds the localId never makes a second row', async () => {
    await host.ingest(body(text('m_1')))
    await host.acme.upsertConversationWithEvents({ ...customer, events: [reply] })
    const reading = messengerWith({ localIdFromEcho: (metadata) => (metadata.startsWith('local:') ? metadata.slice(6) : null) })
    await ingestWebhook(host.store, reading, body(echo({ mid: 'm_2', text: 'Dạ còn ạ', metadata: 'local:r-1' })))
    expect(await host.messagesOf()).toMatchObject([{ messageId: 'm_1' }, { messageId: 'm_2', localId: 'r-1', seq: 2, status: 'sent' }])
  })

  test('that is the first thing known of a customer opens the conversation, read', async () => {
    expect(await host.ingest(body(echo({ mid: 'm_1', text: 'Chào Lan' })))).toMatchObject({ conversations: [{ outcome: 'created' }] })
    expect(await host.acme.findByOaAndCustomer(customer)).toMatchObject({ unreadCount: 0, lastSeq: 1, lastInboundAt: null })
  })
})

describe('what points at a message', () => {
  test('waits for it: a deletion that came first leaves no text', async () => {
    expect(await host.ingest(body(fromCustomer({ message: { mid: 'm_1', is_deleted: true } })))).toMatchObject({
      waiting: 1,
      conversations: [{ conversationId: null }],
    })
    await host.ingest(body(fromCustomer({ message: { mid: 'm_1', text: 'bí mật' } })))
    expect(await host.messagesOf()).toMatchObject([{ messageId: 'm_1', text: '', attachments: [], deletedAt: new Date(noon) }])
    expect(JSON.stringify(await host.everything())).not.toContain('bí mật')
  })

  test('opens nothing when the message is unknown', async () => {
    const items = [
      fromCustomer({ reaction: { mid: 'm_9', action: 'react', emoji: '❤' } }),
      fromCustomer({ message_edit: { mid: 'm_9', text: 'b', num_edit: 1 } }),
      fromCustomer({ delivery: { mids: ['m_9'], watermark: noon } }),
    ]
    await host.ingest(body(...items))
    expect(await host.acme.countConversations()).toBe(0)
  })

  test('marks replies as read up to the watermark, and neither later ones nor the customer’s own', async () => {
    const items = [text('m_1'), echo({ mid: 'm_2', text: 'a' }, { at: noon + 10 }), echo({ mid: 'm_3', text: 'b' }, { at: noon + 30 })]
    await host.ingest(body(...items))
    const read = fromCustomer({ read: { watermark: noon + 20 } }, { at: noon + 40 })
    expect(await host.ingest(body(read))).toMatchObject({ outcome: 'ingested', applied: 1 })
    expect(await host.messagesOf()).toMatchObject([
      { messageId: 'm_1', status: null, readAt: null },
      { messageId: 'm_2', status: 'read', readAt: new Date(noon + 40) },
      { messageId: 'm_3', status: 'sent', readAt: null },
    ])
    expect(
      await host.ingest(body(fromCustomer({ delivery: { mids: ['m_2', 'm_2'], watermark: noon + 20 } }, { at: noon + 50 }))),
    ).toMatchObject({ stored: 0 })
    expect((await host.messagesOf())[1]?.status).toBe('read')
  })

  test('is a reaction that can be taken away', async () => {
    const react = (action: string, at: number) => fromCustomer({ reaction: { mid: 'm_1', action, emoji: '❤' } }, { at })
    await host.ingest(body(text('m_1'), react('react', noon + 1)))
    expect(await host.messagesOf()).toMatchObject([{ reactions: [{ senderId: 'customer', emoji: '❤' }] }])
    await host.ingest(body(react('unreact', noon + 2)))
    expect(await host.messagesOf()).toMatchObject([{ reactions: [] }])
  })
})
