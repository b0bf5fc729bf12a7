import { describe, expect, test, vi } from 'vitest'
import { ConversationStoreError } from '../../../src/index.js'
import { deferred } from '../../webhooks/handler/signed-post.js'
import { answerOf, hostedSync, listedSource, pageOf, post, threePages } from './hosted.js'

const aSession = expect.stringMatching(/^\S+$/)

describe('a sync that fails', () => {
  const secret = 'EAAB-a-secret'
  const failing = (error: unknown) => () =>
    listedSource(threePages, (at) => {
      if (at === 1) throw error
    })
  const unauthorized = new ConversationStoreError('SOURCE_UNAUTHORIZED', { source: 'listed', reason: `no right: ${secret}` })

  test('because the source refuses is answered with 502 and the session, which goes on later', async () => {
    let source = failing(unauthorized)()
    const { handle, count, lines } = await hostedSync({ source: () => source })
    const [status, body] = await answerOf(handle(post({ oaId: 'page' })))
    expect([status, body]).toEqual([
      502,
      { error: 'The page refuses its access token. Get a new one, and resume.', resumeSession: aSession },
    ])
    expect(await count()).toBe(2)
    expect(lines.join()).toContain('SOURCE_UNAUTHORIZED')
    source = listedSource(threePages)
    expect(await answerOf(handle(post({ oaId: 'page', resumeSession: body.resumeSession })))).toEqual([
      200,
      { hasMore: false, resumeSession: null },
    ])
    expect([await count(), source.begun]).toEqual([4, ['1']])
  })

  test('tells no secret', async () => {
    const misused = new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: 'cursor', message: `is not ${secret}` }] })
    for (const error of [unauthorized, misused]) {
      const { handle } = await hostedSync({ source: failing(error) })
      expect(await (await handle(post({ oaId: 'page' }))).text()).not.toContain(secret)
    }
  })

  test('because of the host is answered with 500, and the log says why', async () => {
    const { handle, lines } = await hostedSync({
      source: () => {
        throw new TypeError(`no token of ${secret}`)
      },
    })
    expect(await answerOf(handle(post({ oaId: 'page' })))).toEqual([500, { error: 'The sync failed. The log of the server says why.' }])
    expect(lines.join()).toMatch(/\[Sync\] A request failed/)
    expect(lines.join()).not.toContain(secret)
  })

  test('because the account has no such inbox is answered with 404', async () => {
    // A host without type checks may have `undefined` for none.
    const none = (() => undefined) as never
    for (const options of [{ source: () => null }, { source: none }, { store: () => null }, { store: none }]) {
      const { handle } = await hostedSync(options)
      expect(await answerOf(handle(post({ oaId: 'page' })))).toEqual([404, { error: 'There is no such page.' }])
    }
  })

  test('because a hook throws does not fail', async () => {
    const { handle, lines } = await hostedSync({
      onResult: () => {
        throw new Error('the counter is full')
      },
    })
    expect((await handle(post({ oaId: 'page' }))).status).toBe(200)
    expect(lines.join()).toContain('onResult failed')
  })
})

describe('the time of a request', () => {
  test.each([
    ['by default', {}],
    ['with a budget of pages alone', { budget: { pages: 1_000 } }],
  ])('ends %s in the middle of a page that takes too long, and the next request reads it', async (_, options) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const reached = deferred<void>()
      const endless = listedSource(threePages, (at, signal) => {
        if (at === 0) return undefined
        reached.resolve()
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      })
      let source = endless
      const { handle, count } = await hostedSync({ ...options, source: () => source })
      const answered = handle(post({ oaId: 'page' }))
      await reached.promise
      await vi.advanceTimersByTimeAsync(29_000)
      const [, body] = await answerOf(answered)
      expect(body).toEqual({ hasMore: true, resumeSession: aSession })
      expect(await count()).toBe(2)
      source = listedSource(threePages)
      expect(await answerOf(handle(post({ oaId: 'page', resumeSession: body.resumeSession })))).toEqual([
        200,
        { hasMore: false, resumeSession: null },
      ])
      expect([await count(), source.begun]).toEqual([4, ['1']])
    } finally {
      vi.useRealTimers()
    }
  })

  test('ends when its client goes away, and the lock is free at once', async () => {
    const gone = new AbortController()
    const source = listedSource([pageOf('1', 'lan'), pageOf(null, 'hoa')], (at) => {
      if (at === 1) gone.abort()
    })
    const { handle, count } = await hostedSync({ source: () => source })
    const request = new Request(post({ oaId: 'page' }), { signal: gone.signal })
    expect((await handle(request)).status).toBe(503)
    expect(await count()).toBe(1)
    expect((await handle(post({ oaId: 'page' }))).status).toBe(200)
  })
})
