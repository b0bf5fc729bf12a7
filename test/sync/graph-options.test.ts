import { describe, expect, test } from 'vitest'
import { type GraphHistoryOptions, graphHistory } from '../../src/sync/index.js'
import { type Canned, cannedSource, conversation, error, good, message, next, pageId } from './canned.js'
import { readAll } from './reading.js'

describe('fields that the API does not know', () => {
  const fieldsOf = (calls: readonly { readonly url: URL }[]) =>
    calls.map(({ url }) => /\{(.*)\}/.exec(url.searchParams.get('fields') ?? '')?.[1])

  test('are left out from then on, and the log says so once', async () => {
    const more: Canned = { body: { data: [], paging: { cursors: { after: 'a' }, next } } }
    const { source, calls, log } = cannedSource([error(100), more, good])
    expect((await readAll(source)).flatMap(({ conversations }) => conversations).length).toBe(1)
    const [all, known, known2] = fieldsOf(calls)
    expect(all).toBe('id,created_time,from,to,message,attachments,sticker,shares,is_unsupported,reactions,reply_to')
    expect(known).toBe('id,created_time,from,to,message,attachments,sticker,shares')
    expect(known2).toBe(known)
    expect(log).toEqual(['[Sync] graph.facebook.com does not know all fields of messages, so fewer are read'])
  })

  test('are not the reason when the fewest are refused too: it is the page', async () => {
    const { source, calls } = cannedSource([error(100), error(100), error(100)])
    await expect(readAll(source)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      retryable: false,
      details: { reason: 'HTTP 400, error 100: check pageId and the fields' },
    })
    expect(calls.length).toBe(3)
  })

  test('are not the reason when older messages of one conversation are refused: these are counted, and the list goes on', async () => {
    const paged = { data: [message('m_1')], paging: { cursors: { after: 'a' }, next } }
    const { source, calls } = cannedSource([
      { body: { data: [conversation(paged)], paging: { cursors: { after: 'b' }, next } } },
      error(100),
      error(100),
      error(100),
      good,
    ])
    const pages = await readAll(source)
    expect(pages.map(({ conversations, unreadable }) => [conversations.length, unreadable.length])).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
    ])
    expect(fieldsOf(calls)[4]).toContain('reactions')
  })
})

describe('options that make no sense are refused at once', () => {
  const sound: GraphHistoryOptions = { pageId, accessToken: 'a-token', login: 'facebook' }
  test.each<[string, Record<string, unknown>]>([
    ['login', { login: 'google' }],
    ['pageId', { pageId: '' }],
    ['pageId', { pageId: 42 }],
    ['instagramId', { instagramId: '' }],
    ['instagramId', { login: 'instagram', instagramId: '1' }],
    ['accessToken', { accessToken: '' }],
    ['accessToken', { accessToken: 'a\nb-s3cr3t' }],
    ['accessToken', { accessToken: undefined }],
    ['apiVersion', { apiVersion: 'latest' }],
    ['apiVersion', { apiVersion: '../me' }],
    ['pace.callsPerSecond', { pace: { callsPerSecond: 0 } }],
  ])('%s %j', (path, wrong) => {
    let thrown: unknown
    try {
      graphHistory({ ...sound, ...wrong } as GraphHistoryOptions)
    } catch (refused) {
      thrown = refused
    }
    expect(thrown).toMatchObject({ code: 'VALIDATION_FAILED', details: { issues: [{ path }] } })
    expect(String(thrown)).not.toContain('s3cr3t')
  })

  test.each(['', 'x', Buffer.from('{"v":2}').toString('base64url'), Buffer.from('{"v":1,"after":"a"}').toString('base64url')])(
    'and so is the cursor %j of another source',
    async (cursor) => {
      const { source, calls } = cannedSource([good])
      await expect(readAll(source, { cursor })).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
        details: { issues: [{ path: 'cursor' }] },
      })
      expect(calls.length).toBe(0)
    },
  )
})
