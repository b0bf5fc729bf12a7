import { describe, expect, test } from 'vitest'
import { cannedSource, conversation, instagramId, lan, message, shop } from './canned.js'
import { readOne } from './read-one.js'
import { readAll } from './reading.js'

describe('who is in a conversation', () => {
  test.each([
    ['no participants', undefined, 'data[0].participants', 'is required'],
    ['participants that are no list', { data: lan }, 'data[0].participants', 'data must be an array'],
    ['nobody', { data: [] }, 'data[0].participants', 'names no customer'],
    ['nobody but the page', { data: [shop] }, 'data[0].participants', 'names no customer'],
    [
      'two, and neither is the page',
      { data: [lan, { id: 'another page' }] },
      'data[0].participants',
      'does not name the inbox itself: check pageId and instagramId',
    ],
  ])('%s: the conversation is invalid', async (_, participants, path, reason) => {
    const { conversations, invalid, log } = await readOne(conversation({ data: [message('m_1')] }, { participants }))
    expect(conversations).toEqual([])
    expect(invalid).toEqual([{ what: 'participant', path, reason, count: 1 }])
    expect(log).toEqual([`[API Validation] Invalid participant: ${path} ${reason}`])
  })

  test.each([
    ['null', null, 'must be a plain object'],
    ['somebody without an id', { name: 'Lan' }, 'id is missing'],
    ['an id that is no id', { id: { $gt: '' } }, 'id is neither a string nor a number'],
    ['an id with U+0000', { id: 'a\u0000b' }, 'id has characters that no id can have'],
  ])('%s beside the customer is left out, and the conversation is read', async (_, bad, reason) => {
    const { conversations, invalid } = await readOne(conversation({ data: [message('m_1')] }, { participants: { data: [bad, lan, shop] } }))
    expect(conversations).toMatchObject([{ customerId: lan.id, customerName: 'Lan Trần', events: [{ messageId: 'm_1' }] }])
    expect(invalid).toEqual([{ what: 'participant', path: 'data[0].participants.data[0]', reason, count: 1 }])
  })

  test('several customers are not made one, and the conversation counts as one that cannot be read', async () => {
    const { conversations, invalid, unreadable } = await readOne(
      conversation({ data: [message('m_1')] }, { participants: { data: [lan, { id: '2', name: 'Hoa' }, shop] } }),
    )
    expect([conversations, invalid]).toEqual([[], []])
    const reason = 'names several customers, and a conversation has one'
    expect(unreadable).toEqual([{ what: 'conversation', path: 'data[0].participants', reason, count: 1 }])
  })

  test('Instagram names its own account by the id of the app or by that of the account', async () => {
    const own = { id: '999', user_id: instagramId, username: 'shop.demo' }
    const customer = { id: '5', username: 'lan' }
    const { conversations } = await readOne(
      conversation(
        { data: [message('m_1', { from: own }), message('m_0', { from: customer })] },
        { participants: { data: [own, customer] } },
      ),
      { login: 'instagram' },
    )
    expect(conversations).toMatchObject([
      {
        customerId: '5',
        customerUsername: 'lan',
        events: [{ direction: 'inbound' }, { direction: 'outbound', sender: { id: instagramId } }],
      },
    ])
  })
})

describe('a message', () => {
  test('of somebody who is not among the participants is inbound, and says who wrote it', async () => {
    const { conversations } = await readOne(conversation({ data: [message('m_1', { from: { id: '77', name: 'Hoa' } })] }))
    expect(conversations).toMatchObject([
      { customerId: lan.id, events: [{ direction: 'inbound', sender: { id: '77', type: 'customer' } }] },
    ])
  })

  test('of the page is outbound, whoever it is addressed to', async () => {
    const { conversations } = await readOne(conversation({ data: [message('m_1', { from: shop, to: { data: [shop, lan] } })] }))
    expect(conversations[0]?.events).toMatchObject([{ direction: 'outbound', sender: { id: shop.id, type: 'agent' } }])
  })

  test.each([
    ['null', null, 'must be a plain object'],
    ['a message without an id', message('', {}), 'id is missing'],
    ['a message without an author', message('m_x', { from: undefined }), 'from is required'],
    ['a message without a time', message('m_x', { created_time: undefined }), 'created_time is missing'],
    ['a message whose time is none', message('m_x', { created_time: 'yesterday' }), 'created_time is not a time'],
    ['a message whose text is none', message('m_x', { message: { $ne: 1 } }), 'message must be a string'],
    ['a message whose id is too long', message('x'.repeat(600)), 'id is too long'],
  ])('%s costs none of its neighbours', async (_, bad, reason) => {
    const { conversations, invalid, log } = await readOne(conversation({ data: [message('m_2'), bad, message('m_1')] }))
    expect(conversations[0]?.events).toMatchObject([{ messageId: 'm_1' }, { messageId: 'm_2' }])
    expect(invalid).toEqual([{ what: 'message', path: 'data[0].messages.data[1]', reason, count: 1 }])
    expect(log).toEqual([`[API Validation] Invalid message: data[0].messages.data[1] ${reason}`])
  })

  test('that the store would refuse is left out here, because it would cost the whole page there', async () => {
    const { conversations, invalid } = await readOne(
      conversation({ data: [message('m_2', { message: 'x'.repeat(2 * 1024 * 1024) }), message('m_1')] }),
    )
    expect(conversations[0]?.events).toMatchObject([{ messageId: 'm_1' }])
    expect(invalid).toMatchObject([
      { what: 'message', path: 'data[0].messages.data[0]', reason: expect.stringContaining('PAYLOAD_TOO_LARGE') },
    ])
  })

  test('has its files, its sticker once, its shares and its story', async () => {
    const { conversations } = await readOne(
      conversation({
        data: [
          message('m_1', {
            message: '',
            sticker: 'https://cdn.example/s.png',
            attachments: {
              data: [
                { id: '1', mime_type: 'image/png', name: 's', image_data: { url: 'https://cdn.example/s.png' } },
                { id: '2', mime_type: 'image/jpeg', name: 'a.jpg', size: 17, image_data: { url: 'https://cdn.example/a.jpg', width: 1 } },
                { id: '3', mime_type: 'video/mp4', video_data: { url: 'https://cdn.example/v.mp4' } },
                { id: '4', mime_type: 'audio/mpeg', file_url: 'https://cdn.example/a.mp3' },
                { id: '5', mime_type: 'application/pdf', name: 'b.pdf', file_url: 'https://cdn.example/b.pdf' },
                { id: '6', generic_template: { title: 'Shoes', access_token: 'a-token' } },
                { id: '7', hologram_data: { url: 'x' } },
                null,
              ],
            },
            shares: { data: [{ id: '8', link: 'https://shop.example/p', name: 'A post', description: 'about it' }] },
            story: { mention: { id: '9', link: 'https://cdn.example/story' } },
          }),
        ],
      }),
    )
    const [event] = conversations[0]?.events ?? []
    expect(event?.type === 'message' ? event.attachments : []).toEqual([
      { type: 'sticker', url: 'https://cdn.example/s.png' },
      { type: 'image', url: 'https://cdn.example/a.jpg', name: 'a.jpg', payload: { id: '2', mimeType: 'image/jpeg', size: 17 } },
      { type: 'video', url: 'https://cdn.example/v.mp4', name: null, payload: { id: '3', mimeType: 'video/mp4' } },
      { type: 'audio', url: 'https://cdn.example/a.mp3', name: null, payload: { id: '4', mimeType: 'audio/mpeg' } },
      { type: 'file', url: 'https://cdn.example/b.pdf', name: 'b.pdf', payload: { id: '5', mimeType: 'application/pdf' } },
      { type: 'template', url: null, name: null, payload: { id: '6', template: { title: 'Shoes' } } },
      { type: 'unknown', url: null, name: null, payload: { id: '7' } },
      { type: 'share', url: 'https://shop.example/p', name: 'A post', payload: { id: '8', description: 'about it' } },
      { type: 'story_mention', url: 'https://cdn.example/story', payload: { id: '9' } },
    ])
  })

  test('has the ids by which webhooks know it and the one that it answers', async () => {
    const { conversations } = await readOne(
      conversation({ data: [message('m_mid.1:2', { reply_to: { mid: 'm_mid.1:1', is_self_reply: false } })] }),
    )
    expect(conversations[0]?.events).toMatchObject([{ messageId: 'mid.1:2', replyTo: 'mid.1:1' }])
  })

  test('has one reaction of each of the two, at its own time, and says which reactions cannot be used', async () => {
    const reactions = {
      data: [
        { reaction: 'love', emoji: '❤', users: [{ id: lan.id }, { id: 'a stranger' }, {}] },
        { reaction: 'sad', users: { data: [{ id: lan.id }, { id: shop.id }] } },
        { users: [{ id: lan.id }] },
        { emoji: '❤' },
      ],
    }
    const { conversations, invalid } = await readOne(conversation({ data: [message('m_1', { reactions })] }))
    const occurredAt = new Date('2025-11-21T10:00:07Z')
    expect(conversations[0]?.events.slice(1)).toEqual([
      { type: 'reaction', targetMessageId: 'm_1', emoji: '❤', occurredAt, sender: { id: lan.id, type: 'customer' } },
      { type: 'reaction', targetMessageId: 'm_1', emoji: 'sad', occurredAt, sender: { id: shop.id, type: 'agent' } },
    ])
    const at = (index: number) => `data[0].messages.data[0].reactions.data[${index}]`
    expect(invalid).toEqual([
      { what: 'reaction', path: at(0), reason: 'users.id is missing', count: 1 },
      { what: 'reaction', path: at(2), reason: 'emoji and reaction are missing', count: 1 },
      { what: 'reaction', path: at(3), reason: 'users is missing', count: 1 },
    ])
  })
})

test('times come as text with an offset without a colon, and in seconds', async () => {
  const times = ['2025-11-21T10:00:07+0000', '2025-11-21T17:00:07+0700', '1763719207', 1763719207]
  for (const time of times) {
    const { conversations } = await readOne(conversation({ data: [message('m_1', { created_time: time })] }, { updated_time: time }))
    expect(conversations[0]?.updatedAt).toEqual(new Date('2025-11-21T10:00:07Z'))
    expect(conversations[0]?.events[0]?.occurredAt).toEqual(new Date('2025-11-21T10:00:07Z'))
  }
  const { conversations } = await readOne(conversation({ data: [] }, { updated_time: 'soon' }))
  expect(conversations).toMatchObject([{ updatedAt: null }])
})

test('an id that a number can not hold is read by its digits', async () => {
  const { source } = cannedSource([], {
    fetch: async () =>
      new Response(`{"data":[{"id":"t","participants":{"data":[{"id":24848213377712345},{"id":"${shop.id}"}]},"messages":{"data":[]}}]}`),
  })
  const [page] = await readAll(source)
  expect(page?.conversations).toMatchObject([{ customerId: '24848213377712345' }])
})

test('a page with very many bad parts logs the first of them', async () => {
  const { log, invalid } = await readOne(conversation({ data: Array.from({ length: 50 }, () => null) }))
  expect(invalid.length).toBe(50)
  expect(log.length).toBe(21)
  expect(log.at(-1)).toBe('[API Validation] Invalid message: 30 more')
})
