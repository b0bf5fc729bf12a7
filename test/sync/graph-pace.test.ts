import { expect, test } from 'vitest'
import { graphAccess } from '../../src/sync/graph/options.js'
import { createPacer } from '../../src/sync/graph/pacing.js'
import { graphHistory, type SourceClock } from '../../src/sync/index.js'
import { type Canned, cannedSource, conversation, instagramId, message, next, pageId } from './canned.js'
import { keptLog, quickClock, readAll } from './reading.js'

/** So many pages of the list. */
function pages(count: number, headers: (page: number) => Readonly<Record<string, string>> = () => ({})): readonly Canned[] {
  return Array.from({ length: count }, (_, page) => ({
    body: {
      data: [conversation({ data: [message(`m_${page}`)] })],
      ...(page + 1 < count && { paging: { cursors: { after: `after-${page}` }, next } }),
    },
    headers: headers(page),
  }))
}

const usage = (percent: number) => ({ 'x-app-usage': JSON.stringify({ call_count: 1, total_time: percent, total_cputime: 2 }) })
const business = (minutes: number) => ({
  'x-business-use-case-usage': JSON.stringify({ [pageId]: [{ type: 'messenger', estimated_time_to_regain_access: minutes }] }),
})

test('the API is asked twice a second, and not in bursts after a wait', async () => {
  const clock = quickClock()
  const { source } = cannedSource(pages(5), { pace: { callsPerSecond: 2 }, clock })
  let read = 0
  for await (const _ of source.pages({ cursor: null })) {
    read += 1
    // Between the second and the third call the reader takes its time.
    if (read === 2) await clock.sleep(10_000, null)
  }
  expect(clock.slept).toEqual([500, 10_000, 500, 500])
})

test('that is the pace without any option, and an option changes it', async () => {
  const { fetch } = cannedSource(pages(3))
  const clock = quickClock()
  await readAll(graphHistory({ pageId, accessToken: 'a-token', login: 'facebook', fetch, clock }))
  expect(clock.slept).toEqual([500, 500])
  const faster = cannedSource(pages(3), { pace: { callsPerSecond: 10 } })
  await readAll(faster.source)
  expect(faster.clock.slept).toEqual([100, 100])
})

test.each([
  [74, 500],
  [75, 2000],
  [90, 5000],
  [99, 10_000],
])('at %i %% of a limit the next call waits %i ms', async (percent, ms) => {
  const { source, clock } = cannedSource(
    pages(3, () => usage(percent)),
    { pace: { callsPerSecond: 2 } },
  )
  await readAll(source)
  expect(clock.slept).toEqual([500, ms])
})

test('at a full limit nothing is asked for a minute, or for as long as the API says', async () => {
  const { source, clock } = cannedSource(
    pages(3, (page) => (page === 0 ? usage(100) : business(4))),
    { pace: { callsPerSecond: 2 } },
  )
  await readAll(source)
  expect(clock.slept).toEqual([60_000, 240_000])
})

test('a source that is made anew remembers what the API asked for, of its own page alone', async () => {
  const { source, clock, fetch } = cannedSource([...pages(1, () => usage(100)), ...pages(3)], {
    pace: { callsPerSecond: 2 },
  })
  await readAll(source)
  const again = (options: object = {}) =>
    graphHistory({ pageId, accessToken: 'another-token', login: 'facebook', fetch, clock, logger: keptLog(), ...options })
  const { pages: others } = again({ pageId: '1' })
  for await (const _ of others({ cursor: null })) break
  expect(clock.slept).toEqual([])
  for await (const _ of again().pages({ cursor: null })) break
  expect(clock.slept).toEqual([60_000])
})

test('a turn that is given up is somebody else’s, so requests that end early push nobody back', async () => {
  let stop = new AbortController()
  const clock: SourceClock = { now: () => 0, sleep: async () => stop.abort() }
  const pacer = createPacer(graphAccess({ pageId, accessToken: 'a-token', login: 'facebook', clock }))
  pacer.learn({ percent: 100, regainMs: 60_000 })
  for (let request = 0; request < 40; request++) {
    stop = new AbortController()
    await expect(pacer.turn(stop.signal)).rejects.toMatchObject({ code: 'ABORTED' })
  }
  expect(await pacer.turn(null)).toBeNull()
})

test('a wait of more than five minutes is the reader’s, and what was read before it is given', async () => {
  const { source, calls } = cannedSource(
    pages(3, () => business(6)),
    { pace: { callsPerSecond: 2 } },
  )
  let read = 0
  const reading = (async () => {
    for await (const page of source.pages({ cursor: null })) read += page.conversations.length
  })()
  await expect(reading).rejects.toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
    retryable: true,
    details: { attempts: 0, retryAfterMs: 360_000 },
  })
  expect([read, calls.length]).toEqual([1, 1])
})

test.each([['no JSON'], ['[]'], ['null'], ['{"call_count":"many","total_time":null}'], ['{"x":[null,1,"a"]}']])(
  'a header that tells no usage (%s) slows nothing down',
  async (header) => {
    const { source, clock } = cannedSource(
      pages(3, () => ({ 'x-app-usage': header, 'x-business-use-case-usage': header })),
      { pace: { callsPerSecond: 2 } },
    )
    await readAll(source)
    expect(clock.slept).toEqual([500, 500])
  },
)

test.each([
  ['Messenger', { login: 'facebook' }, `https://graph.facebook.com/v24.0/${pageId}/conversations`, 'messenger'],
  ['Instagram by a page', { login: 'facebook', instagramId }, `https://graph.facebook.com/v24.0/${pageId}/conversations`, 'instagram'],
  ['Instagram by its own login', { login: 'instagram' }, `https://graph.instagram.com/v24.0/${instagramId}/conversations`, 'instagram'],
  [
    'a version of the caller',
    { login: 'facebook', apiVersion: 'v31.0' },
    `https://graph.facebook.com/v31.0/${pageId}/conversations`,
    'messenger',
  ],
] as const)('%s is asked for at its own address, with the token in a header alone', async (_, options, address, platform) => {
  const { source, calls } = cannedSource(pages(2), options)
  expect([source.name, source.channel, source.order]).toEqual([new URL(address).host, platform, 'updated-desc'])
  await readAll(source)
  const [first, second] = calls
  expect(`${first?.url.origin}${first?.url.pathname}`).toBe(address)
  expect(first?.url.searchParams.get('platform')).toBe(platform)
  expect(first?.url.searchParams.has('after')).toBe(false)
  // The cursor alone is taken from an answer: the link beside it has the token.
  expect(second?.url.searchParams.get('after')).toBe('after-0')
  for (const { url, init } of calls) {
    expect(url.href).not.toContain('a-token')
    expect(init.headers).toMatchObject({ authorization: 'Bearer a-token' })
  }
})
