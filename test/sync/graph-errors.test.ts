import { describe, expect, test } from 'vitest'
import { createGraphClient } from '../../src/sync/graph/client.js'
import { graphAccess } from '../../src/sync/graph/options.js'
import { cannedSource, conversation, error, good, message, next, pageId } from './canned.js'
import { keptLog, quickClock, readAll } from './reading.js'

const full = { 'x-app-usage': JSON.stringify({ call_count: 100, total_time: 3 }) }
const regain = (minutes: number) => ({
  'x-business-use-case-usage': JSON.stringify({
    [pageId]: [{ type: 'messenger', call_count: 80, estimated_time_to_regain_access: minutes }],
  }),
})

describe('a token that is refused ends the reading at its cursor', () => {
  test.each([
    ['an expired one', error(190, 400, {}, { error_subcode: 463 }), 'HTTP 400, error 190 (463)'],
    ['one whose session ended', error(102), 'HTTP 400, error 102'],
    ['one without the right to messages', error(10, 403), 'HTTP 403, error 10'],
    ['one without another right', error(200, 403), 'HTTP 403, error 200'],
    ['one that HTTP refuses', { body: {}, status: 401 }, 'HTTP 401'],
    ['one that HTTP forbids', { body: {}, status: 403 }, 'HTTP 403'],
  ])('%s', async (_, answer, reason) => {
    const { source, calls } = cannedSource([answer])
    await expect(readAll(source)).rejects.toMatchObject({
      code: 'SOURCE_UNAUTHORIZED',
      details: { source: 'graph.facebook.com', reason },
      retryable: false,
      outcome: 'not_applied',
    })
    expect(calls.length).toBe(1)
  })
})

describe('what would be refused again is not asked for again', () => {
  test.each([
    ['a version that has ended', error(2635), 'the API version v24.0 has ended'],
    ['a version that is deprecated', error(12), 'the API version v24.0 has ended'],
    ['a version that there is not', error(2500), 'the API version v24.0 has ended, or is none; give a newer apiVersion'],
    ['a page that there is not', error(803), 'HTTP 400, error 803'],
    ['a redirect', { body: {}, status: 302, headers: { location: 'https://evil.example/' } }, 'HTTP 302'],
  ])('%s', async (_, answer, reason) => {
    const { source, calls } = cannedSource([answer])
    await expect(readAll(source)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      retryable: false,
      details: { attempts: 1, reason: expect.stringContaining(reason), retryAfterMs: null },
    })
    expect(calls.length).toBe(1)
    expect(calls[0]?.init).toMatchObject({ redirect: 'manual', cache: 'no-store' })
  })
})

describe('what may be better the next time is asked for again, ever more rarely', () => {
  test.each([
    ['error 4', error(4), 'throttled'],
    ['error 17', error(17), 'throttled'],
    ['error 32', error(32), 'throttled'],
    ['a code that is a text', { body: { error: { code: '4' } }, status: 403 }, 'throttled'],
    ['error 613', error(613), 'throttled'],
    ['a business use case', error(80_006), 'throttled'],
    ['HTTP 429', { body: {}, status: 429 }, 'throttled'],
    ['HTTP 400 with a full header', error(368, 400, full), 'throttled'],
    ['error 2', error(2, 500), 'transient'],
    ['HTTP 502', { body: 'Bad gateway', status: 502 }, 'transient'],
    ['HTTP 408', { body: {}, status: 408 }, 'transient'],
    ['an error that says that it passes', error(368, 400, {}, { is_transient: true }), 'transient'],
    ['a body that is no list', { body: { data: 'none' } }, 'transient'],
    ['a next page without a cursor', { body: { data: [], paging: { next } } }, 'transient'],
    ['more than was asked for', { body: { data: Array.from({ length: 26 }, () => null) } }, 'transient'],
  ])('%s', async (_, bad, kind) => {
    const { source, calls, clock, log } = cannedSource([bad, bad, bad, bad, bad, good])
    const pages = await readAll(source)
    expect(pages.flatMap(({ conversations }) => conversations).length).toBe(1)
    expect(calls.length).toBe(6)
    const seconds = kind === 'throttled' ? [30, 60, 120, 240, 300] : [1, 2, 4, 8, 16]
    expect(clock.slept).toEqual(seconds.map((bound) => bound * 750))
    expect(log.length).toBe(5)
    expect(log[0]).toMatch(/^(\[Sync\] HTTP \d+.*|\[API Validation\] Response validation failed: .*) \(graph\.facebook\.com, attempt 1\)$/)
  })

  test('until it was asked for six times, and a reader can go on from the same cursor', async () => {
    const { source, calls } = cannedSource(Array.from({ length: 6 }, () => error(2, 500)))
    await expect(readAll(source)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      retryable: true,
      details: { source: 'graph.facebook.com', attempts: 6, reason: 'HTTP 500, error 2', retryAfterMs: null },
    })
    expect(calls.length).toBe(6)
  })

  test('and never before the time that the API asks for', async () => {
    const { source, clock } = cannedSource([error(4, 400, regain(3)), good])
    await readAll(source)
    expect(clock.slept).toEqual([180_000, 15_000])
  })

  test('but a longer wait than five minutes is the reader’s', async () => {
    const { source, calls } = cannedSource([error(4, 400, regain(42)), good])
    await expect(readAll(source)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      retryable: true,
      details: { retryAfterMs: 42 * 60_000 },
    })
    expect(calls.length).toBe(1)
  })

  test('with fewer at a time when the API says that it is too much', async () => {
    const { source, calls } = cannedSource([error(1, 500), error(1, 500), good])
    await readAll(source)
    expect(calls.map(({ url }) => url.searchParams.get('limit'))).toEqual(['25', '12', '6'])
    expect(calls.map(({ url }) => /messages\.limit\((\d+)\)/.exec(url.searchParams.get('fields') ?? '')?.[1])).toEqual(['25', '12', '6'])
  })

  test('with fewer at a time when the answer would not fit into a write', async () => {
    const long = { body: { data: [conversation({ data: [message('m_1', { message: 'x'.repeat(5 * 1024 * 1024) })] })] } }
    const { source, calls } = cannedSource([long, good])
    expect((await readAll(source)).flatMap(({ conversations }) => conversations).length).toBe(1)
    expect(calls.map(({ url }) => url.searchParams.get('limit'))).toEqual(['25', '12'])
  })

  test('a list that does not move on, instead of being read for ever', async () => {
    const stuck = { body: { data: [], paging: { cursors: { after: 'a' }, next } } }
    const { source, calls } = cannedSource(Array.from({ length: 8 }, () => stuck))
    await expect(readAll(source)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      details: { reason: 'Response validation failed: paging.cursors.after is where it was' },
    })
    expect(calls.length).toBe(7)
  })

  test('a connection that fails, of which the code alone is told', async () => {
    const fails = new TypeError('fetch failed', { cause: Object.assign(new Error('connect a-token'), { code: 'ECONNRESET' }) })
    const { source, log } = cannedSource([], { fetch: () => Promise.reject(fails) })
    await expect(readAll(source)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', retryable: true, details: { attempts: 6 } })
    expect(log[0]).toBe('[Sync] the connection failed: ECONNRESET (graph.facebook.com, attempt 1)')
  })
})

test('a call that is never answered ends by its own deadline', async () => {
  const hanging: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))))
  const access = graphAccess({ pageId, accessToken: 'a-token', login: 'facebook', fetch: hanging, logger: keptLog(), clock: quickClock() })
  const client = createGraphClient(access, 1)
  const asked = client.get({ list: 'conversations', after: null }, (body) => ({ read: body }), null)
  await expect(asked).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', details: { reason: 'the connection failed: AbortError' } })
})

describe('a signal that is aborted ends the reading', () => {
  test('before it asks for anything', async () => {
    const { source, calls } = cannedSource([good])
    await expect(readAll(source, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(calls.length).toBe(0)
  })

  test('while it waits for an answer', async () => {
    const stop = new AbortController()
    const { source } = cannedSource([], {
      fetch: (_, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
          stop.abort()
        }),
    })
    await expect(readAll(source, { signal: stop.signal })).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test.each([
    ['of its own', {}, []],
    ['that the API asks for', regain(3), [180_000]],
  ])('in the middle of a pause %s, however long it is', async (_, headers, asked) => {
    const stop = new AbortController()
    const slept: number[] = []
    const clock = {
      now: () => 0,
      sleep: (ms: number, signal: AbortSignal | null) =>
        new Promise<void>((resolve) => {
          slept.push(ms)
          signal?.addEventListener('abort', () => resolve())
          stop.abort()
        }),
    }
    const { source, calls } = cannedSource([error(4, 400, headers), good], { clock })
    await expect(readAll(source, { signal: stop.signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect([calls.length, slept.length]).toEqual([1, 1])
    expect(slept).toEqual(expect.arrayContaining(asked))
  })
})
