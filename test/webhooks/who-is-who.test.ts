import { describe, expect, test } from 'vitest'
import { evolution, instagram, telegram, twilio, whatsapp, zalo } from '../../src/webhooks/index.js'

const number = '106540352242922'
const at = '1790000000'

function change(value: Record<string, unknown>, field = 'messages') {
  const metadata = { display_phone_number: '+1 555-078-3881', phone_number_id: number }
  return { object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field, value: { metadata, ...value } }] }] }
}

function peopleOf(value: Record<string, unknown>, field?: string) {
  return whatsapp
    .normalize(change(value, field))
    .items.map(({ customerId, identities = [] }) => [customerId, ...identities.map(({ id }) => id)])
}

const text = { id: 'm1', timestamp: at, type: 'text', text: { body: 'a' } }

describe('the sender of a message', () => {
  test.each([
    [
      'has what the entry with one of the ids adds',
      [{ wa_id: '849', user_id: 'VN.1', parent_user_id: 'VN.ENT.1' }],
      ['849', 'VN.1', 'VN.ENT.1'],
    ],
    ['has nothing of an entry without one of the ids', [{ wa_id: '850', user_id: 'VN.2' }], ['849']],
    [
      'has nothing of entries that contradict each other',
      [
        { wa_id: '849', user_id: 'VN.1' },
        { wa_id: '849', user_id: 'VN.2' },
      ],
      ['849'],
    ],
    ['has nothing of an entry that can not be read', [{ wa_id: '849', user_id: 1e300 }, null, 'x'], ['849']],
  ])('%s', (_, contacts, ids) => {
    expect(peopleOf({ contacts, messages: [{ ...text, from: '849' }] })).toEqual([[ids[0], ...ids]])
  })

  test('has nothing of an entry that contradicts the message', () => {
    const contacts = [{ wa_id: '849', user_id: 'VN.2', parent_user_id: 'VN.ENT.2' }]
    expect(peopleOf({ contacts, messages: [{ ...text, from: '849', from_user_id: 'VN.1' }] })).toEqual([['849', '849', 'VN.1']])
  })

  test.each([
    [{ from: '+849' }, ['849']],
    [{ from: 'VN.1' }, ['VN.1']],
    [{ from: 'VN.ENT.1', from_user_id: 'VN.1' }, ['VN.1', 'VN.ENT.1']],
  ])('%j is told by what the ids are, not by their field', (from, ids) => {
    expect(peopleOf({ messages: [{ ...text, ...from }] })).toEqual([[ids[0], ...ids]])
  })
})

test.each([
  [{ recipient_id: '849', recipient_user_id: 'VN.1', parent_recipient_user_id: 'VN.ENT.1' }, ['849', 'VN.1', 'VN.ENT.1']],
  [{ recipient_id: '849', recipient_parent_user_id: 'VN.ENT.1' }, ['849', 'VN.ENT.1']],
  [{ recipient_id: 'VN.1' }, ['VN.1']],
  [{ message: { recipient_id: '849' } }, ['849']],
])('the recipient of a status is %j in each spelling', (recipient, ids) => {
  expect(peopleOf({ statuses: [{ id: 'm1', status: 'read', timestamp: at, ...recipient }] })).toEqual([[ids[0], ...ids]])
})

test.each([
  [{ type: 'payment' }, 'a status of payment'],
  [{ recipient_type: 'group' }, 'a status of a group'],
  [{ status: 'deleted' }, 'the status deleted is no receipt'],
])('a status with %j is no receipt of a customer', (rest, reason) => {
  const status = { id: 'm1', status: 'failed', timestamp: at, recipient_id: '849', ...rest }
  expect(whatsapp.normalize(change({ statuses: [status] }))).toMatchObject({ outcome: 'ignored', reason })
})

test('an echo whose two sides are swapped is the inbox’s all the same', () => {
  const echo = { ...text, from: '849', to: '15550783881' }
  const [item] = whatsapp.normalize(change({ message_echoes: [echo] }, 'smb_message_echoes')).items
  expect(item).toMatchObject({ customerId: '849', event: { direction: 'outbound', sender: { id: number } } })
})

test.each([
  [{ type: 'user_changed_number', wa_id: '850' }, { from: '849' }, ['849'], ['850']],
  [{ type: 'customer_changed_number', customer: '849', wa_id: '850' }, {}, ['849'], ['850']],
  [{ type: 'user_changed_number', wa_id: '849', new_wa_id: '850' }, { from: '849' }, ['849'], ['850']],
  [
    {
      type: 'user_changed_user_id',
      user_id: 'VN.2',
      parent_user_id: 'VN.ENT.1',
      previous_user_id: 'VN.1',
      previous_parent_user_id: 'VN.ENT.1',
    },
    {},
    ['VN.1'],
    ['VN.2', 'VN.ENT.1'],
  ],
])('the notice %j replaces ids', (system, message, previous, current) => {
  const notice = { id: 'n1', timestamp: at, type: 'system', system, ...message }
  const [item] = whatsapp.normalize(change({ messages: [notice] })).items
  expect(item).toMatchObject({
    customerId: previous[0],
    event: { type: 'identity_change', eventId: 'n1', previous: previous.map((id) => ({ id })), current: current.map((id) => ({ id })) },
  })
})

describe('history', () => {
  const read = (threads: readonly unknown[]) => whatsapp.normalize(change({ history: [{ threads }] }, 'history'))

  test('tells who wrote by the number of the inbox, however it is written, and by the customer’s id without it', () => {
    const messages = [
      { ...text, from: '15550783881' },
      { ...text, id: 'm2', from: '849' },
      { ...text, id: 'm3', from_user_id: 'VN.1' },
    ]
    const threads = [{ id: '849', context: { user_id: 'VN.1' }, messages }]
    const told = (body: unknown) => whatsapp.normalize(body).items.map(({ event }) => event.type === 'message' && event.direction)
    expect(told(change({ history: [{ threads }] }, 'history'))).toEqual(['outbound', 'inbound', 'inbound'])
    expect(told(change({ metadata: { phone_number_id: number }, history: [{ threads }] }, 'history'))).toEqual([
      'outbound',
      'inbound',
      'inbound',
    ])
  })

  test('that the business does not share is ignored with its code', () => {
    const body = change({ history: [{ errors: [{ code: 2593109 }] }] }, 'history')
    expect(whatsapp.normalize(body)).toMatchObject({ outcome: 'ignored', reason: 'history that is not shared: error 2593109' })
  })

  test('loses no thread for a bad one', () => {
    const good = { id: '849', messages: [{ ...text, from: '849' }] }
    const { items, rejected, ignored } = read([null, { messages: [] }, { id: '850' }, good])
    expect([items.length, rejected.length, ignored.length]).toEqual([1, 2, 1])
  })
})

describe('the chat of Evolution', () => {
  const read = (key: Record<string, unknown>) => {
    const data = { key: { id: 'm1', ...key }, message: { conversation: 'a' }, messageTimestamp: 1790000000 }
    return evolution.normalize({ event: 'MESSAGES_UPSERT', instance: 'shop', data, sender: '84900@s.whatsapp.net', apikey: 'k' })
  }

  test.each([
    [{ remoteJid: '849:12@s.whatsapp.net', remoteJidAlt: '1@lid' }, ['849', '1@lid']],
    [{ remoteJid: '1@lid', remoteJidAlt: '849@s.whatsapp.net' }, ['849', '1@lid']],
    [{ remoteJid: '1@lid' }, ['1@lid']],
    [{ remoteJid: '849@c.us', fromMe: true, senderPn: '84900@s.whatsapp.net', senderLid: '9@lid' }, ['849']],
    [{ remoteJid: '1@lid', fromMe: true, senderPn: '84900@s.whatsapp.net' }, ['1@lid']],
    [{ remoteJid: '1@lid', senderPn: '84900@s.whatsapp.net' }, ['1@lid']],
  ])('%j is the customer’s, and never the inbox’s own address', (key, ids) => {
    expect(read(key).items.map(({ customerId, identities = [] }) => [customerId, ...identities.map(({ id }) => id)])).toEqual([
      [ids[0], ...ids],
    ])
  })

  test('of a group, a list or the own number is ignored', () => {
    for (const remoteJid of ['1@g.us', '1@broadcast', 'status@broadcast', '1@newsletter', '84900@s.whatsapp.net']) {
      expect(read({ remoteJid }), remoteJid).toMatchObject({ outcome: 'ignored', items: [] })
    }
  })
})

test('a change of Graph’s is ignored by its name, but for one that is an item', () => {
  const item = { sender: { id: '5' }, recipient: { id: '17' }, timestamp: 1668022333735, message: { mid: 'm1', text: 'a' } }
  const changes = [{ field: 'comments', value: { id: '1' } }, { field: 'messages', value: item }, { field: 'a secret text' }, null]
  expect(instagram.normalize({ object: 'instagram', entry: [{ id: '17', changes }] })).toMatchObject({
    items: [{ path: 'entry[0].changes[1]', customerId: '5' }],
    ignored: [{ reason: 'comments is not an event of a conversation' }, { reason: expect.stringMatching(/^an unnamed kind/) }, {}],
  })
  expect(instagram.normalize({ object: 'page', entry: [] })).toMatchObject({ outcome: 'ignored' })
})

test('a shared post that Instagram tells twice is one attachment', () => {
  const attachments = [
    { type: 'share', payload: { url: 'https://a.example.test/1?s=1' } },
    { type: 'ig_post', payload: { url: 'https://a.example.test/1?s=2' } },
  ]
  const message = { mid: 'm1', attachments }
  const item = { sender: { id: '5' }, recipient: { id: '17' }, timestamp: 1668022333735, message }
  expect(instagram.normalize({ object: 'instagram', entry: [{ id: '17', messaging: [item] }] }).items).toMatchObject([
    { event: { attachments: [{ type: 'ig_post' }] } },
  ])
})

test.each([
  [
    { From: '+1413', To: '+1202', MessageSid: 'S', MessageStatus: 'undelivered', ErrorCode: '30003' },
    '+1202',
    { status: 'failed', error: '30003' },
  ],
  [{ From: 'whatsapp:+1202', To: 'whatsapp:VN.1', MessageSid: 'S', MessageStatus: 'read' }, 'VN.1', { status: 'read', messageIds: ['S'] }],
])('a status of Twilio has the inbox as its sender: %j', (parameters, customerId, event) => {
  expect(twilio.normalize(parameters).items).toMatchObject([{ customerId, event }])
})

test.each([
  [{ From: 'whatsapp: 1413', To: 'whatsapp:+1202' }, 'From is no number: its plus was lost'],
  [{ From: '14133881111', To: '+1202' }, 'From is no number: it has no plus'],
  [{ From: 'rcs:+1413', To: 'rcs:+1202' }, 'neither SMS nor WhatsApp'],
])('a message of Twilio’s from %j is no message of a customer', (parameters, reason) => {
  const { items, ignored, rejected } = twilio.normalize({ ...parameters, MessageSid: 'S', Body: 'a' })
  expect([items, ...ignored, ...rejected]).toMatchObject([[], { reason }])
})

test('what the owner of a business account writes at Telegram is outbound, and what the customer writes is not', () => {
  const chat = { id: 42, type: 'private' }
  const read = (from: number) =>
    telegram.normalize({ business_message: { message_id: 1, chat, from: { id: from }, text: 'a' } }, { oaId: 'bot' })
  expect([read(42), read(7)].flatMap(({ items }) => items)).toMatchObject([
    { customerId: '42', event: { direction: 'inbound' } },
    { customerId: '42', event: { direction: 'outbound', sender: { id: 'bot', type: 'agent' } } },
  ])
})

test('a reaction at Zalo is the customer’s, and the icon of a removal takes it away', () => {
  const read = (react_icon: string) => {
    const event = { event_name: 'user_reacted_message', sender: { id: '8' }, recipient: { id: '1' }, message: { msg_id: 'm', react_icon } }
    return zalo.normalize({ ...event, timestamp: '1751100041636' }, { oaId: '1' }).items
  }
  expect([...read('/-heart'), ...read('/-remove')]).toMatchObject([
    { oaId: '1', customerId: '8', event: { action: 'add', emoji: '/-heart' } },
    { oaId: '1', customerId: '8', event: { action: 'remove' } },
  ])
})
