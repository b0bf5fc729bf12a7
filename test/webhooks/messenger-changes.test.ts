import { describe, expect, test } from 'vitest'
import { messenger } from '../../src/webhooks/index.js'
import { body, eventsOf, fromCustomer, noon, page, text } from './bodies.js'

const at = new Date(noon)

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
    expect(messenger.normalize(body(fromCustomer({ delivery: { seq: 37 } }))).outcome).toBe('invalid')
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
