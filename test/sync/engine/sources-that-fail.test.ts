import { expect, test } from 'vitest'
import { ConversationStoreError } from '../../../src/index.js'
import { sessionToResume } from '../../../src/sync/engine/session-to-resume.js'
import { syncConversations } from '../../../src/sync/engine/sync-conversations.js'
import type { HistoryPage, HistorySource } from '../../../src/sync/source.js'
import { MovingList } from './moving-list.js'
import { freshAccount, oaId, optionsOf, steppingClock, storedMessages } from './syncing.js'

const unavailable = (retryAfterMs: number | null, retryable = true, attempts = 1) =>
  new ConversationStoreError('SOURCE_UNAVAILABLE', { source: 'list', attempts, reason: 'HTTP 500', retryAfterMs }, { retryable })

async function failing(source: HistorySource, how: object = {}) {
  const acme = await freshAccount()
  const clock = steppingClock()
  const error: unknown = await syncConversations(acme, optionsOf({ source, clock, ...how })).catch((thrown: unknown) => thrown)
  const [session] = (await acme.listSyncSessions()).items
  return { acme, error, session, pauses: clock.pauses }
}

test('asks for a page again that could not be read, from its cursor, and loses nothing', async () => {
  const acme = await freshAccount()
  const list = new MovingList(7)
  const clock = steppingClock()
  const source = list.source({
    before: (asked) => {
      if (asked === 2) throw unavailable(250)
      if (asked === 3) throw new TypeError('a bug')
    },
  })
  expect(await syncConversations(acme, optionsOf({ source, clock }))).toMatchObject({ hasMore: false, pages: 5, messages: 7 })
  expect(clock.pauses).toEqual([250, 2_000])
  expect(await storedMessages(acme)).toEqual(list.messageIds)
})

test.each([
  ['refuses the token', new ConversationStoreError('SOURCE_UNAUTHORIZED', { source: 'list', reason: 'expired' }), 'SOURCE_UNAUTHORIZED', 0],
  ['cannot be reached', unavailable(null), 'SOURCE_UNAVAILABLE', 2],
  ['will never answer', unavailable(null, false), 'SOURCE_UNAVAILABLE', 0],
  ['has tried again by itself', unavailable(null, true, 2), 'SOURCE_UNAVAILABLE', 0],
  ['wants a long wait', unavailable(60_000), 'SOURCE_UNAVAILABLE', 0],
  ['throws something of its own', new RangeError('Lan’s secret'), 'SOURCE_UNAVAILABLE', 2],
])('keeps the session of a source that %s', async (_, thrown, code, pauses) => {
  const list = new MovingList(7)
  let isBroken = true
  const source = list.source({
    before: (asked) => {
      if (asked > 1 && isBroken) throw thrown
    },
  })
  const { acme, error, session, pauses: paused } = await failing(source)
  expect(error).toMatchObject({ code })
  expect(paused).toHaveLength(pauses)
  expect(session).toMatchObject({
    status: 'failed',
    pages: 1,
    finishedAt: null,
    lastError: { code, message: expect.stringContaining(code) },
  })
  expect(JSON.stringify(session)).not.toContain('secret')
  expect(sessionToResume(error)).toBe(session?.sessionId)
  isBroken = false
  const run = await syncConversations(acme, optionsOf({ source, resumeSession: sessionToResume(error) }))
  expect(run).toMatchObject({ hasMore: false, messages: 4 })
  expect((await acme.listSyncSessions()).items).toMatchObject([{ status: 'completed', lastError: null }])
  expect(await storedMessages(acme)).toEqual(list.messageIds)
})

test('notes a failure that says more than can be kept', async () => {
  const reason = '🍵'.repeat(5_000)
  const { session } = await failing(
    new MovingList(1).source({
      before: () => {
        throw new ConversationStoreError('SOURCE_UNAUTHORIZED', { source: 'list', reason })
      },
    }),
  )
  expect(session).toMatchObject({ status: 'failed', lastError: { code: 'SOURCE_UNAUTHORIZED', message: expect.stringMatching(/🍵…$/u) } })
})

const page: HistoryPage = { conversations: [], cursor: 'next', invalid: [], unreadable: [] }
test.each([
  ['no object', null, 'a page is no object'],
  ['no list', { ...page, invalid: undefined }, 'a page lacks one of its lists'],
  ['a cursor that is no text', { ...page, cursor: 7 }, 'the cursor of a page is no text'],
])('stops at a page that has %s', async (_, given, reason) => {
  const source: HistorySource = {
    name: 'bad',
    order: 'none',
    async *pages() {
      yield given as unknown as HistoryPage
    },
  }
  const { error, session, pauses } = await failing(source)
  expect(error).toMatchObject({ code: 'SOURCE_UNAVAILABLE', details: { reason } })
  expect(pauses).toHaveLength(2)
  expect(session).toMatchObject({ status: 'failed', pages: 0 })
})

test('stops at a cursor that stays where it was, which would be read for ever', async () => {
  const source: HistorySource = {
    name: 'stuck',
    order: 'none',
    async *pages() {
      for (;;) yield page
    },
  }
  const { error, session } = await failing(source)
  expect(error).toMatchObject({ details: { reason: 'the cursor of a page is where it was' } })
  expect(session).toMatchObject({ pages: 1, cursor: 'next' })
})

test('counts what a source or the store leaves out, and writes the rest', async () => {
  const acme = await freshAccount()
  const warned: unknown[] = []
  const logger = { debug: () => {}, info: () => {}, warn: (...told: unknown[]) => void warned.push(told), error: () => {} }
  const leftOut = { what: 'message', path: 'data[0]', reason: 'no id', count: 2 } as const
  const source: HistorySource = {
    name: 'export',
    order: 'none',
    async *pages() {
      const said = (messageId: string) => ({ type: 'message', messageId, occurredAt: new Date(0) }) as const
      yield {
        conversations: [
          { customerId: 'lan', updatedAt: null, events: [said('m1')] },
          { customerId: 'hoa', updatedAt: null, events: [said('')] },
          { customerId: 'mai', updatedAt: null, events: [] },
        ],
        cursor: null,
        invalid: [leftOut],
        unreadable: [leftOut, { ...leftOut, count: 3 }],
      }
    },
  }
  const run = await syncConversations(acme, optionsOf({ source, logger }))
  expect(run).toMatchObject({ pages: 1, conversations: 3, created: 1, messages: 1, invalid: 3, unreadable: 5 })
  expect(warned).toHaveLength(1)
  expect((await acme.listConversations()).items.map(({ customerId }) => customerId)).toEqual(['lan'])
})

test('counts what is left out once, however often the head of the list is read again', async () => {
  const acme = await freshAccount()
  const list = new MovingList(7)
  const leftOut = (what: 'message' | 'conversation', count: number) => ({ what, path: 'data[0]', reason: 'no id', count })
  const source: HistorySource = {
    ...list.source(),
    async *pages(options) {
      for await (const page of list.source().pages(options)) {
        const refused = { customerId: 'refused', updatedAt: new Date(0), events: [{ type: 'message', messageId: '' } as const] }
        const conversations = [...page.conversations, refused]
        yield { ...page, conversations, invalid: [leftOut('message', 1)], unreadable: [leftOut('conversation', 10)] }
      }
    },
  }
  const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const first = await syncConversations(acme, optionsOf({ source, logger, budget: { pages: 4 } }))
  // Three pages of the list, and one of its head.
  expect(first).toMatchObject({ hasMore: true, pages: 4, invalid: 6, unreadable: 30 })
  const second = await syncConversations(acme, optionsOf({ source, logger, resumeSession: first.resumeSession }))
  expect(second).toMatchObject({ hasMore: false, invalid: 0, unreadable: 0 })
  expect((await acme.listSyncSessions()).items).toMatchObject([{ invalid: 6, unreadable: 30 }])
})

test('stops resumably where the store refuses a whole page', async () => {
  const acme = await freshAccount()
  await acme.connectInbox({ oaId, channel: 'sms' })
  const source = { ...new MovingList(3).source(), channel: 'messenger' }
  const error: unknown = await syncConversations(acme, optionsOf({ source })).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'INBOX_CHANNEL_MISMATCH' })
  const lastError = { code: 'INBOX_CHANNEL_MISMATCH' }
  expect((await acme.listSyncSessions()).items).toMatchObject([{ sessionId: sessionToResume(error), status: 'failed', lastError }])
})
