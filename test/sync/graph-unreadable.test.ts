import { describe, expect, test } from 'vitest'
import { cannedSource, conversation, instagramId, lan, message, next } from './canned.js'
import { readOne } from './read-one.js'
import { readAll } from './reading.js'

describe('what the API does not let be read', () => {
  const instagram = { login: 'instagram', participants: { data: [lan, { id: instagramId }] } } as const
  const older = { id: 'old', created_time: '2025-01-01T10:00:00+0000' }

  test('is counted on Instagram, where older messages have no author', async () => {
    const { conversations, invalid, unreadable } = await readOne(
      conversation({ data: [message('m_1'), older, { ...older, error: { code: 100 } }] }, instagram),
      { login: 'instagram' },
    )
    expect(conversations[0]?.events.length).toBe(1)
    expect(invalid).toEqual([])
    expect(unreadable.map(({ path, count }) => [path, count])).toEqual([
      ['data[0].messages.data[1]', 1],
      ['data[0].messages.data[2]', 1],
    ])
  })

  test('is asked for until a page has nothing else, so that it works on if Instagram gives more', async () => {
    const paging = { cursors: { after: 'a' }, next }
    const twenty = Array.from({ length: 20 }, (_, index) => message(`m_${index}`))
    const { source, calls } = cannedSource(
      [
        { body: { data: [conversation({ data: twenty, paging }, instagram)] } },
        { body: { data: [older, older], paging: { cursors: { after: 'b' }, next } } },
      ],
      { login: 'instagram' },
    )
    const pages = await readAll(source)
    expect(calls.map(({ url }) => url.pathname)).toEqual([`/v24.0/${instagramId}/conversations`, '/v24.0/t_1/messages'])
    expect(pages.flatMap(({ unreadable }) => unreadable).map(({ path }) => path)).toEqual(['data[0]', 'data[1]', 'paging'])
    expect(pages.at(-1)?.cursor).toBe(null)
  })

  test('is counted for a conversation without messages, as those in the requests folder of Instagram are', async () => {
    const { conversations, unreadable } = await readOne(conversation(undefined, instagram), { login: 'instagram' })
    expect(conversations).toMatchObject([{ customerId: lan.id, events: [] }])
    expect(unreadable).toMatchObject([{ what: 'message', path: 'data[0].messages', count: 1 }])
    expect((await readOne(conversation(undefined))).unreadable).toEqual([])
  })

  test.each([
    ['no cursor', { data: [message('m_1')], paging: { next } }, {}, 'has a next page and no cursor'],
    ['no id', { data: [message('m_1')], paging: { cursors: { after: 'a' }, next } }, { id: null }, 'the conversation has no id'],
  ])('is counted where older messages have %s to be asked for by', async (_, messages, more, reason) => {
    const { conversations, unreadable, cursor } = await readOne(conversation(messages, more))
    expect(conversations[0]?.events.length).toBe(1)
    expect(unreadable).toEqual([{ what: 'message', path: 'data[0].messages.paging', reason: expect.stringContaining(reason), count: 1 }])
    expect(cursor).toBe(null)
  })

  test.each([
    ['are not asked for where they are older than `since`', '2025-11-21T10:00:08Z', 1],
    ['are asked for where they may be newer than `since`', '2025-11-21T10:00:07Z', 2],
  ])('is something else than further messages, which %s', async (_, since, calls) => {
    const messages = { data: [message('m_1')], paging: { cursors: { after: 'a' }, next } }
    const canned = cannedSource([{ body: { data: [conversation(messages)] } }, { body: { data: [message('m_0')] } }])
    const pages = await readAll(canned.source, { since: new Date(since) })
    expect([canned.calls.length, pages.flatMap(({ unreadable }) => unreadable)]).toEqual([calls, []])
  })

  test('a list of messages that is none costs that conversation its messages, and no other', async () => {
    const { source } = cannedSource([{ body: { data: [conversation('none'), conversation({ data: [message('m_1')] })] } }])
    const [page] = await readAll(source)
    expect(page?.conversations.map(({ events }) => events.length)).toEqual([0, 1])
    expect(page?.invalid).toMatchObject([{ what: 'message', path: 'data[0].messages', count: 1 }])
  })
})
