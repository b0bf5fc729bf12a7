import fc from 'fast-check'
import { expect, test } from 'vitest'
import { syncConversations } from '../../../src/sync/engine/sync-conversations.js'
import type { HistorySource } from '../../../src/sync/source.js'
import { MovingList } from './moving-list.js'
import { freshAccount, optionsOf, storedMessages } from './syncing.js'

test('reads what moved past it while it read the list', async () => {
  const acme = await freshAccount()
  const list = new MovingList(9)
  const source = list.source({ before: (asked) => void (asked === 2 && list.wakeLast()) })
  expect(await syncConversations(acme, optionsOf({ source }))).toMatchObject({ hasMore: false })
  expect(await storedMessages(acme)).toEqual(list.messageIds)
})

test('reads what moved past it while it read the head', async () => {
  const acme = await freshAccount()
  const list = new MovingList(12)
  const source = list.source({
    before: (asked) => {
      // Two pages of conversations move while the list is read, and one of them moves again while its page is awaited.
      if (asked === 2) for (let moved = 0; moved < 5; moved++) list.wakeLast()
      if (asked === 5) list.say('c5')
    },
  })
  expect(await syncConversations(acme, optionsOf({ source }))).toMatchObject({ hasMore: false })
  expect(await storedMessages(acme)).toEqual(expect.arrayContaining([...list.heard]))
})

test('leaves a head that never rests to another run, and comes to its end once it does', async () => {
  const acme = await freshAccount()
  const list = new MovingList(12)
  let isRestless = true
  const source = list.source({
    before: () => {
      for (let moved = 0; isRestless && moved < 4; moved++) list.wakeLast()
    },
  })
  const first = await syncConversations(acme, optionsOf({ source }))
  expect(first.hasMore).toBe(true)
  isRestless = false
  const second = await syncConversations(acme, optionsOf({ source, resumeSession: first.resumeSession }))
  expect(second.hasMore).toBe(false)
  expect(await storedMessages(acme)).toEqual(list.messageIds)
})

test('comes to an end where the source tells no times, or one time for all', async () => {
  for (const updatedAt of [null, new Date(0)]) {
    const list = new MovingList(7)
    const inner = list.source()
    const source: HistorySource = {
      ...inner,
      async *pages(options) {
        for await (const page of inner.pages(options)) {
          yield { ...page, conversations: page.conversations.map((each) => ({ ...each, updatedAt })) }
        }
      },
    }
    const run = await syncConversations(await freshAccount(), optionsOf({ source }))
    expect(run).toMatchObject({ hasMore: false, pages: 9, messages: 7 })
  }
})

test('reads an unordered source once, to its end', async () => {
  const acme = await freshAccount()
  const list = new MovingList(7)
  const source: HistorySource = { ...list.source(), order: 'none' }
  expect(await syncConversations(acme, optionsOf({ source }))).toMatchObject({ hasMore: false, pages: 3, messages: 7 })
})

test('stops, where it is incremental, at what the last complete session has read, and misses nothing', async () => {
  const acme = await freshAccount()
  const list = new MovingList(30)
  const moving = list.source({ before: (asked) => void (asked === 3 && list.wakeLast()) })
  await syncConversations(acme, optionsOf({ source: moving }))
  // What came during that session may have come to it too early, so it stops at its beginning.
  list.say('c7')
  list.say('new')
  const unfinished = await syncConversations(acme, optionsOf({ source: list.source(), budget: { pages: 1 } }))
  expect(unfinished.hasMore).toBe(true)
  list.asked = 0
  const run = await syncConversations(acme, optionsOf({ source: list.source(), incremental: true }))
  expect(run).toMatchObject({ hasMore: false })
  expect(list.asked).toBeLessThanOrEqual(5)
  expect(await storedMessages(acme)).toEqual(list.messageIds)
})

test('misses nothing in any list that moves, however it is cut into runs', async () => {
  const scenario = fc.record({
    customers: fc.integer({ min: 0, max: 25 }),
    pageSize: fc.integer({ min: 1, max: 5 }),
    // Who writes before each page, and how many milliseconds after the one before. Several may write in one moment.
    moves: fc.array(fc.array(fc.tuple(fc.integer({ min: 1, max: 27 }), fc.constantFrom(0, 1_000)), { maxLength: 3 }), { maxLength: 40 }),
    pagesOfRun: fc.constantFrom(1, 3, 1_000),
    sessions: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(scenario, async ({ customers, pageSize, moves, pagesOfRun, sessions }) => {
      const acme = await freshAccount()
      const list = new MovingList(customers, pageSize)
      const source = list.source({
        before: (asked) => {
          // The clock of the source goes on while a page is on its way.
          for (const [index, [customer, afterMs]] of (moves[asked - 1] ?? []).entries())
            list.say(`c${customer}`, index === 0 ? 1_000 : afterMs)
        },
      })
      for (const incremental of sessions) {
        let resumeSession: string | null = null
        do {
          const options = optionsOf({ source, incremental, resumeSession, budget: { pages: pagesOfRun } })
          const run = await syncConversations(acme, options)
          resumeSession = run.resumeSession
        } while (resumeSession !== null)
        const stored = new Set(await storedMessages(acme))
        expect(list.heard.filter((messageId) => !stored.has(messageId))).toEqual([])
      }
    }),
    { numRuns: 150 },
  )
})
