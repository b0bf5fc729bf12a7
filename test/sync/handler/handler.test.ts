import { describe, expect, test } from 'vitest'
import { acquireSyncLock, createSyncHandler } from '../../../src/sync/index.js'
import { deferred } from '../../webhooks/handler/signed-post.js'
import { address, answerOf, hostedSync, listedSource, post, threePages } from './hosted.js'

const inProgress = { error: 'Sync already in progress for this page. Please wait for it to complete.' }
const aSession = expect.stringMatching(/^\S+$/)

describe('a request', () => {
  test('pulls everything that the budget allows, and the next one goes on with its session', async () => {
    const { handle, count, runs } = await hostedSync({ budget: { pages: 1 } })
    const body = { pageId: 'p1', facebookPageId: 'page', resumeSession: null }
    const [status, { resumeSession, ...others }] = await answerOf(handle(post(body)))
    expect([status, others, resumeSession]).toEqual([200, { hasMore: true }, aSession])
    expect(await count()).toBe(2)
    expect(await answerOf(handle(post({ ...body, resumeSession })))).toEqual([200, { hasMore: true, resumeSession }])
    expect(await answerOf(handle(post({ ...body, resumeSession })))).toEqual([200, { hasMore: false, resumeSession: null }])
    expect(await count()).toBe(4)
    expect(runs.map(({ pages, messages }) => [pages, messages])).toEqual([
      [1, 2],
      [1, 1],
      [1, 1],
    ])
    expect(await answerOf(handle(post({ ...body, resumeSession })))).toEqual([
      404,
      { error: 'There is no such session to resume. Start again without one.' },
    ])
  })

  test.each([
    [
      { facebookPageId: 'page', pageId: 'p1', resumeSession: null },
      { oaId: 'page', pageId: 'p1' },
    ],
    [{ pageId: 'page' }, { oaId: 'page', pageId: null }],
    [{ oaId: 'page' }, { oaId: 'page', pageId: null }],
    [
      { oaId: 'page', pageId: 'p1', somethingElse: [1] },
      { oaId: 'page', pageId: 'p1' },
    ],
    [
      { oaId: 'page', facebookPageId: 'page' },
      { oaId: 'page', pageId: null },
    ],
  ])('that says %j asks for the source of %j', async (body, inbox) => {
    const { handle, asked } = await hostedSync()
    expect((await handle(post(body))).status).toBe(200)
    expect(asked).toEqual([{ accountId: 'acme', ...inbox }])
  })

  test('writes into the account that `authorize` named, and into no other', async () => {
    const { handle, count } = await hostedSync()
    await handle(post({ oaId: 'page' }, { Authorization: 'umbrella' }))
    expect([await count(), await count('umbrella')]).toEqual([0, 4])
  })

  test('of another account can not go on with a session', async () => {
    const { handle } = await hostedSync({ budget: { pages: 1 } })
    const [, { resumeSession }] = await answerOf(handle(post({ oaId: 'page' })))
    const [status] = await answerOf(handle(post({ oaId: 'page', resumeSession }, { Authorization: 'umbrella' })))
    expect(status).toBe(404)
  })

  test('finds the store of its account', async () => {
    const { store } = await hostedSync()
    const { handle } = await hostedSync({ store: (accountId) => (accountId === 'acme' ? store : null) })
    expect((await handle(post({ oaId: 'page' }))).status).toBe(200)
    expect(await store.forAccount('acme').countConversations()).toBe(4)
    expect(await answerOf(handle(post({ oaId: 'page' }, { Authorization: 'umbrella' })))).toEqual([
      404,
      { error: 'There is no such page.' },
    ])
  })

  test('is told that another one is at work, and changes nothing', async () => {
    const reading = deferred<void>()
    const reached = deferred<void>()
    const source = listedSource(threePages, async (at) => {
      if (at === 0) reached.resolve()
      await reading.promise
    })
    const { handle, count } = await hostedSync({ source: () => source })
    const first = handle(post({ oaId: 'page' }))
    await reached.promise
    const second = await handle(post({ oaId: 'page' }))
    expect([second.status, await second.json()]).toEqual([409, inProgress])
    reading.resolve()
    expect((await first).status).toBe(200)
    expect([await count(), source.begun]).toEqual([4, [null]])
    expect((await handle(post({ oaId: 'page' }))).status).toBe(200)
  })

  test('is told the same where a process of another kind holds the lock', async () => {
    const { handle, store } = await hostedSync()
    const lock = await acquireSyncLock(store.forAccount('acme'), { oaId: 'page', owner: 'the command' })
    expect(await answerOf(handle(post({ oaId: 'page' })))).toEqual([409, inProgress])
    await lock.release()
    expect((await handle(post({ oaId: 'page' }))).status).toBe(200)
  })
})

describe('a body that is none', () => {
  test.each([
    ['{', 'the body must be a JSON object in UTF-8'],
    ['[]', 'must be a plain object'],
    [{}, 'facebookPageId is required: the id of the page as its channel knows it'],
    [{ oaId: 7 }, 'oaId must be a string'],
    [{ oaId: '' }, 'oaId must not be empty'],
    [{ oaId: 'page', facebookPageId: 'other' }, 'facebookPageId contradicts oaId; give one of the two'],
    [{ oaId: 'page', resumeSession: { $ne: null } }, 'resumeSession must be a string'],
  ])('%j is answered with 400', async (body, error) => {
    const { handle, asked } = await hostedSync()
    expect(await answerOf(handle(post(body)))).toEqual([400, { error }])
    expect(asked).toEqual([])
  })

  test('is answered with 413 when it is too large, and with 415 when it is not JSON', async () => {
    const { handle } = await hostedSync()
    expect(await answerOf(handle(post({ oaId: 'a'.repeat(20_000) })))).toEqual([413, { error: 'The body is too large.' }])
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      expect(await answerOf(handle(post({ oaId: 'page' }, { 'Content-Type': type })))).toEqual([
        415,
        { error: 'The body must be application/json.' },
      ])
    }
    expect((await handle(post({ oaId: 'page' }, { 'Content-Type': 'application/json; charset=utf-8' }))).status).toBe(200)
  })

  test('is not read for another method, nor for a stranger', async () => {
    const { handle, asked } = await hostedSync()
    const get = await handle(new Request(address))
    expect([get.status, get.headers.get('allow'), await get.json()]).toEqual([405, 'POST', { error: 'Only POST is taken here.' }])
    const nobody = new Request(address, { method: 'POST', body: '{', headers: { 'Content-Type': 'application/json' } })
    expect(await answerOf(handle(nobody))).toEqual([401, { error: 'Not authorized.' }])
    expect([nobody.bodyUsed, asked]).toEqual([false, []])
  })

  test('a host may refuse in its own words', async () => {
    const { handle } = await hostedSync({ authorize: () => new Response('not yours', { status: 403 }) })
    const refused = await handle(post({ oaId: 'page' }))
    expect([refused.status, await refused.text()]).toEqual([403, 'not yours'])
  })
})

test('options with which nothing could be pulled are refused', async () => {
  const { store } = await hostedSync()
  const good = { store, authorize: () => 'acme', source: () => null }
  const wrong = [
    { ...good, store: undefined },
    { ...good, authorize: 'acme' },
    { ...good, source: listedSource([]) },
    { ...good, budget: { ms: 0 } },
    { ...good, budget: { pages: 1.5 } },
    { ...good, maxBodyBytes: -1 },
  ]
  for (const options of wrong) {
    expect(() => createSyncHandler(options as never), JSON.stringify(Object.keys(options))).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    )
  }
  expect(() => createSyncHandler(good)).not.toThrow()
})
