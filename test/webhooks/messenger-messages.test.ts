import { describe, expect, test } from 'vitest'
import { messenger, messengerWith } from '../../src/webhooks/index.js'
import { body, echo, eventsOf, fromCustomer, lan, page, text } from './bodies.js'

function reasonOf(...items: readonly unknown[]) {
  const { outcome, reason } = messenger.normalize(body(...items))
  return { outcome, reason }
}

describe('a message', () => {
  test('names the message that it answers', () => {
    expect(eventsOf(fromCustomer({ message: { mid: 'm_2', text: 'a', reply_to: { mid: 'm_1' } } }))).toMatchObject([{ replyTo: 'm_1' }])
  })

  test('keeps an attachment of a type that nobody has heard of', () => {
    const attachment = { type: 'hologram', payload: { url: 'https://cdn.example/h', depth: 3 }, title: 'H' }
    expect(eventsOf(fromCustomer({ message: { mid: 'm_1', attachments: [attachment] } }))).toMatchObject([
      { attachments: [{ type: 'hologram', url: 'https://cdn.example/h', name: 'H', payload: { depth: 3 } }] },
    ])
  })

  test('keeps a file, a location at 0/0, a like without a payload and what is no attachment at all', () => {
    const attachments = [
      { type: 'file', payload: { url: 'https://cdn.example/price.pdf' } },
      { type: 'location', payload: { coordinates: { lat: 0, long: 0 } } },
      { type: 'like_heart' },
      null,
    ]
    expect(eventsOf(fromCustomer({ message: { mid: 'm_1', attachments } }))).toMatchObject([
      {
        attachments: [
          { type: 'file', url: 'https://cdn.example/price.pdf', payload: null },
          { type: 'location', payload: { lat: 0, lng: 0 } },
          { type: 'like_heart', url: null, payload: null },
          { type: 'unknown', url: null, payload: null },
        ],
      },
    ])
  })

  test('takes a fallback whose payload is null, a string or an object', () => {
    const attachments = [null, 'BLOB', { url: 'https://shop.example', kind: 'x' }].map((payload) => ({ type: 'fallback', payload }))
    const [event] = eventsOf(fromCustomer({ message: { mid: 'm_1', attachments } }))
    expect(event?.type === 'message' && event.attachments?.map(({ payload }) => payload)).toEqual([null, { value: 'BLOB' }, { kind: 'x' }])
  })

  test('drops an integer that JSON.parse has already changed, and a __proto__ key, from what is kept', () => {
    const payload = JSON.parse(
      '{ "reel_video_id": 24848213377712345, "__proto__": { "admin": true }, "deep": { "__proto__": 1, "a.b": 2 } }',
    )
    const [event] = eventsOf(fromCustomer({ message: { mid: 'm_1', attachments: [{ type: 'reel', payload }] } }))
    const kept = event?.type === 'message' ? event.attachments?.[0]?.payload : undefined
    expect(JSON.stringify(kept)).toBe('{"deep":{"a.b":2}}')
  })

  test('without text and attachments is a message with empty text', () => {
    expect(eventsOf(fromCustomer({ message: { mid: 'm_1' } }))).toMatchObject([{ type: 'message', text: '', attachments: [] }])
  })

  test('keeps the ad that it came from', () => {
    const message = { mid: 'm_1', text: 'giá?', referral: { source: 'ADS', ad_id: '77' } }
    expect(eventsOf(fromCustomer({ message }))).toMatchObject([{ metadata: { referral: { source: 'ADS', ad_id: '77' } } }])
  })

  test('without a mid, or with a text that is none, is refused', () => {
    expect(reasonOf(fromCustomer({ message: { text: 'a' } }))).toEqual({
      outcome: 'invalid',
      reason: 'entry[0].messaging[0]: message.mid is missing',
    })
    expect(reasonOf(fromCustomer({ message: { mid: 'm_1', text: { $ne: null } } })).reason).toContain('message.text')
  })
})

describe('an echo', () => {
  test('of the page inbox was written by a person, of an app by a bot', () => {
    const inbox = echo({ mid: 'm_1', text: 'a', app_id: 263902037430900 })
    const app = echo({ mid: 'm_2', text: 'b', app_id: 1517776481860111, metadata: 'ticket=42' })
    expect(messenger.normalize(body(inbox, app)).items).toMatchObject([
      { customerId: lan, event: { direction: 'outbound', sender: { id: page, type: 'agent' }, metadata: { appId: '263902037430900' } } },
      { customerId: lan, event: { direction: 'outbound', sender: { id: page, type: 'bot' }, metadata: { echoMetadata: 'ticket=42' } } },
    ])
  })

  test('carries the localId that the host reads from its own metadata', () => {
    const own = messengerWith({ localIdFromEcho: (metadata) => (metadata.startsWith('local:') ? metadata.slice(6) : null) })
    const items = [echo({ mid: 'm_1', text: 'a', metadata: 'local:r-1' }), echo({ mid: 'm_2', text: 'b', metadata: 'ticket=42' })]
    const events = own.normalize(body(...items)).items.map(({ event }) => event)
    expect(events).toMatchObject([{ messageId: 'm_1', localId: 'r-1' }, { messageId: 'm_2' }])
    expect(events[1]).not.toHaveProperty('localId')
    expect(eventsOf(items[0])[0]).not.toHaveProperty('localId')
  })

  test('in which the reader of the host throws is refused alone', () => {
    const throwing = messengerWith({
      localIdFromEcho: () => {
        throw new Error('a bug of the host')
      },
    })
    const normalized = throwing.normalize(body(echo({ mid: 'm_1', metadata: 'x' }), text('m_2')))
    expect(normalized).toMatchObject({ outcome: 'partial', items: [{ event: { messageId: 'm_2' } }] })
  })

  test('that the customer claims to send is refused', () => {
    expect(reasonOf(fromCustomer({ message: { mid: 'm_1', is_echo: true } })).outcome).toBe('invalid')
  })
})
