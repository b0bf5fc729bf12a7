import { describe, expect, test } from 'vitest'
import type { EventInput } from '../../src/model/event-inputs.js'
import { messenger, messengerWith } from '../../src/webhooks/index.js'
import { body, echo, fromCustomer, lan, noon, page } from './bodies.js'

const at = new Date(noon)
const text = (mid: string) => fromCustomer({ message: { mid, text: mid } })

function eventsOf(...items: readonly unknown[]): readonly EventInput[] {
  return messenger.normalize(body(...items)).items.map(({ event }) => event)
}
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

describe('what changes a message', () => {
  test('is an edit with its number as a number or as a string, or without one', () => {
    const edits = [3, '4', 'x', undefined].map((num_edit) => fromCustomer({ message_edit: { mid: 'm_1', text: 'b', num_edit } }))
    expect(eventsOf(...edits).map((event) => event.type === 'message_edit' && event.editNumber)).toEqual([3, 4, undefined, undefined])
  })

  test('is a reaction by emoji, or by name where there is no emoji', () => {
    const reactions = [{ emoji: '❤', reaction: 'love' }, { reaction: 'other' }].map((given) =>
      fromCustomer({ reaction: { mid: 'm_1', action: 'react', ...given } }),
    )
    expect(eventsOf(...reactions)).toMatchObject([
      { type: 'reaction', targetMessageId: 'm_1', action: 'add', emoji: '❤', occurredAt: at },
      { type: 'reaction', targetMessageId: 'm_1', action: 'add', emoji: 'other' },
    ])
  })

  test('is refused when its target is blank: it would match every message without an id', () => {
    const blank = ['', '  ', null, undefined].flatMap((mid) => [
      fromCustomer({ reaction: { mid, action: 'react', emoji: '❤' } }),
      fromCustomer({ message_edit: { mid, text: 'b' } }),
      fromCustomer({ message: { mid, is_deleted: true } }),
    ])
    expect(messenger.normalize(body(...blank))).toMatchObject({ outcome: 'invalid', items: [], rejected: { length: blank.length } })
  })
})

describe('a receipt', () => {
  test('names each message once, and may have a watermark alone', () => {
    const delivery = { mids: ['m_1', 'm_2', 'm_1', '', null], watermark: noon }
    expect(eventsOf(fromCustomer({ delivery }), fromCustomer({ read: { watermark: noon } }))).toEqual([
      { type: 'receipt', status: 'delivered', messageIds: ['m_1', 'm_2'], watermark: at, occurredAt: at },
      { type: 'receipt', status: 'read', watermark: at, occurredAt: at },
    ])
  })

  test('for more messages than one may name becomes several, in order', () => {
    const mids = Array.from({ length: 2500 }, (_, index) => `m_${index}`)
    const events = eventsOf(fromCustomer({ delivery: { mids, watermark: noon } }))
    expect(events.map((event) => (event.type === 'receipt' ? event.messageIds?.length : null))).toEqual([1000, 1000, 500])
    expect(events.flatMap((event) => (event.type === 'receipt' ? event.messageIds : []))).toEqual(mids)
  })

  test('that says nothing is refused', () => {
    expect(reasonOf(fromCustomer({ delivery: { seq: 37 } })).outcome).toBe('invalid')
  })
})

describe('a fact', () => {
  test('of a postback keeps its mid, payload, title and referral', () => {
    const postback = { mid: 'm_1', title: 'Bắt đầu', payload: 'START', referral: { ref: 'summer', type: 'OPEN_THREAD' } }
    expect(eventsOf(fromCustomer({ postback }))).toEqual([
      {
        type: 'postback',
        messageId: 'm_1',
        payload: { title: 'Bắt đầu', payload: 'START', referral: { ref: 'summer', type: 'OPEN_THREAD' } },
        occurredAt: at,
      },
    ])
  })

  test('keeps no secret: neither the token of an opt-in nor a code of account linking', () => {
    const optin = {
      type: 'notification_messages',
      payload: 'sale',
      notification_messages_token: 'SECRET-1',
      one_time_notif_token: 'SECRET-2',
    }
    const linking = { status: 'linked', authorization_code: 'SECRET-3' }
    const normalized = messenger.normalize(body(fromCustomer({ optin }), fromCustomer({ account_linking: linking })))
    expect(normalized.items).toMatchObject([{ event: { type: 'optin', payload: { type: 'notification_messages', payload: 'sale' } } }])
    expect(JSON.stringify(normalized)).not.toContain('SECRET')
  })

  test('of a handover says who passes the thread to whom', () => {
    const items = [
      fromCustomer({ pass_thread_control: { new_owner_app_id: '2', previous_owner_app_id: 1, metadata: 'x' } }),
      fromCustomer({ take_thread_control: { previous_owner_app_id: '2', new_owner_app_id: '1' } }),
    ]
    expect(eventsOf(...items)).toMatchObject([
      { type: 'handover', payload: { action: 'pass', newOwnerAppId: '2', previousOwnerAppId: '1', metadata: 'x' } },
      { type: 'handover', payload: { action: 'take', newOwnerAppId: '1', previousOwnerAppId: '2' } },
    ])
  })

  test('in standby says so, beside what the entry has in messaging', () => {
    const entry = { id: page, time: noon, messaging: [text('m_1')], standby: [text('m_2'), fromCustomer({ postback: { title: 'A' } })] }
    expect(messenger.normalize({ object: 'page', entry: [entry] }).items).toMatchObject([
      { path: 'entry[0].messaging[0]', standby: false, event: { metadata: null } },
      { path: 'entry[0].standby[0]', standby: true, event: { metadata: { standby: true } } },
      { path: 'entry[0].standby[1]', standby: true, event: { payload: { title: 'A', standby: true } } },
    ])
  })
})

describe('times', () => {
  test.each([
    ['milliseconds', noon, at],
    ['a fraction of them', noon + 0.7, at],
    ['seconds', noon / 1000, at],
    ['a string of seconds', String(noon / 1000), at],
    ['none: the time of the batch', undefined, new Date(noon + 1000)],
    ['nonsense: the time of the batch', 'yesterday', new Date(noon + 1000)],
    ['beyond all dates: the time of the batch', 1e300, new Date(noon + 1000)],
  ])('are read from %s', (_, timestamp, expected) => {
    expect(eventsOf({ ...text('m_1'), timestamp })).toMatchObject([{ occurredAt: expected }])
  })
})

describe('a body that is not what it should be', () => {
  const cyclic: Record<string, unknown> = { object: 'page' }
  cyclic.entry = [cyclic]
  const throwing = {
    get object(): string {
      throw new Error('a getter')
    },
  }
  const hostile = new Proxy({}, { getOwnPropertyDescriptor: () => assertNever(), get: () => assertNever() })
  function assertNever(): never {
    throw new Error('a trap')
  }

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a number', 1],
    ['text', 'hello'],
    ['an array', []],
    ['empty', {}],
    ['an entry that is no list', { object: 'page', entry: {} }],
    ['an entry that is null', { object: 'page', entry: [null] }],
    ['an entry without an id', { object: 'page', entry: [{ messaging: [text('m_1')] }] }],
    ['messaging that is no list', { object: 'page', entry: [{ id: page, messaging: 'x' }] }],
    ['an item that is text', body('x')],
    ['an item between a page and itself', body({ sender: { id: page }, recipient: { id: page }, message: { mid: 'm_1' } })],
    ['a cycle', cyclic],
    ['a getter that throws', throwing],
    ['a proxy that throws', hostile],
    ['an item that throws', body(hostile)],
    ['an object as an id', body({ ...text('m_1'), sender: { id: { $ne: null } } })],
    ['NUL in an id', body({ ...text('m_1'), sender: { id: '1\u0000' } })],
    ['half a character in an id', body({ ...text('m_1'), sender: { id: '1\uD800' } })],
    ['an id of 513 bytes', body(text(`m_${'x'.repeat(511)}`))],
    ['a customer that is called undefined', body({ ...text('m_1'), sender: { id: 'undefined' } })],
  ])('is invalid and no exception: %s', (_, given) => {
    const normalized = messenger.normalize(given)
    expect(normalized).toMatchObject({ outcome: 'invalid', items: [], reason: expect.any(String) })
    expect(normalized.rejected).toHaveLength(1)
  })

  test('of another product is ignored', () => {
    expect(messenger.normalize({ ...body(text('m_1')), object: 'instagram' })).toMatchObject({ outcome: 'ignored', items: [] })
  })

  test('in a polluted process is read by its own fields alone', () => {
    const inherited = Object.create({ is_echo: true, is_deleted: true }, { mid: { value: 'm_1' }, text: { value: 'x' } })
    expect(eventsOf(fromCustomer({ message: inherited }))).toMatchObject([{ type: 'message', direction: 'inbound' }])
  })
})

test('a bad item, wherever it stands, loses none of its neighbours', () => {
  const bad = [null, {}, { message: 1 }, fromCustomer({ message: {} }), { recipient: { id: page }, message: { mid: 'm_x' } }]
  for (const broken of bad) {
    for (const items of [
      [broken, text('m_1'), text('m_2')],
      [text('m_1'), broken, text('m_2')],
      [text('m_1'), text('m_2'), broken],
    ]) {
      const { outcome, items: read } = messenger.normalize(body(...items))
      expect(read.map(({ event }) => 'messageId' in event && event.messageId)).toEqual(['m_1', 'm_2'])
      expect(outcome).toMatch(/events|partial/)
    }
  }
})
