import { afterEach, expect, test } from 'vitest'
import { graphHistory, type HistoryPage } from '../../src/sync/index.js'
import { seededRandom } from '../histories/random.js'
import { type FakeGraph, type FakeGraphOptions, startFakeGraph } from './fake-graph/fake-graph.js'
import { type FakeInbox, fakeInbox } from './fake-graph/fake-inbox.js'
import { randomFaults } from './fake-graph/faults.js'
import { keptLog, messageIdsIn, quickClock, readAll } from './reading.js'

const started: FakeGraph[] = []
afterEach(async () => {
  for (const graph of started.splice(0)) await graph.close()
})

async function start(options: FakeGraphOptions) {
  const graph = await startFakeGraph(options)
  started.push(graph)
  const source = graphHistory({
    pageId: options.inbox.pageId,
    accessToken: options.token ?? 'a-token',
    login: 'facebook',
    fetch: graph.fetch,
    pace: false,
    logger: keptLog(),
    clock: quickClock(),
    random: seededRandom(1).next,
  })
  return { graph, source }
}

/** What each customer has on the platform, in order of time. */
function messageIdsOf({ conversations }: FakeInbox) {
  return new Map(conversations.map(({ customerId, messages }) => [customerId, messages.map(({ id }) => id).toReversed()]))
}

/** As sets: pages give the newest messages of a conversation first. */
function asSets(ids: ReadonlyMap<string, readonly string[]>) {
  return new Map([...ids].map(([customerId, all]) => [customerId, new Set(all)]))
}

test('every message of every conversation is read once, over as many pages as it takes', async () => {
  const inbox = fakeInbox({ seed: 1, conversations: 60, messages: 300 })
  const { graph, source } = await start({ inbox })
  const pages = await readAll(source)
  expect(pages.length).toBe(graph.calls.length)
  expect(pages.flatMap(({ invalid, unreadable }) => [...invalid, ...unreadable])).toEqual([])
  const read = messageIdsIn(pages)
  expect(asSets(read)).toEqual(asSets(messageIdsOf(inbox)))
  expect([...read.values()].flat().length).toBe(inbox.conversations.flatMap(({ messages }) => messages).length)
  expect(pages.map(({ cursor }) => cursor === null)).toEqual(pages.map((_, index) => index === pages.length - 1))
})

test('a conversation gives its name, its time, and its events with the oldest first', async () => {
  const inbox = fakeInbox({ seed: 2, conversations: 1, messages: 1 })
  const conversation = first(inbox)
  const last = inbox.receive(conversation)
  const { source } = await start({ inbox })
  const [page] = await readAll(source)
  const [oldest] = conversation.messages.toReversed()
  expect(page?.conversations).toMatchObject([
    {
      customerId: conversation.customerId,
      customerName: conversation.name,
      updatedAt: new Date(last.at * 1000),
      events: [
        { type: 'message', messageId: oldest?.id, occurredAt: new Date((oldest?.at ?? 0) * 1000) },
        { type: 'message', messageId: last.id, occurredAt: new Date(last.at * 1000), direction: last.fromPage ? 'outbound' : 'inbound' },
      ],
    },
  ])
})

test('another process goes on from any cursor, and gives the pages that would have come', async () => {
  const inbox = fakeInbox({ seed: 3, conversations: 30, messages: 50 })
  const { source } = await start({ inbox })
  const pages = await readAll(source)
  expect(pages.length).toBeGreaterThan(10)
  for (const [index, { cursor }] of pages.entries()) {
    if (cursor === null) continue
    const { source: another } = await start({ inbox })
    expect(await readAll(another, { cursor })).toEqual(pages.slice(index + 1))
  }
})

test('nothing is read ahead of its reader', async () => {
  const inbox = fakeInbox({ seed: 4, conversations: 80, messages: 2 })
  const { graph, source } = await start({ inbox })
  for await (const page of source.pages({ cursor: null })) {
    expect(page.conversations.length).toBe(25)
    break
  }
  expect(graph.calls.length).toBe(1)
})

test.each([11, 12, 13, 14, 15])('with a fault in every third call nothing is lost and nothing is read twice (seed %i)', async (seed) => {
  const inbox = fakeInbox({ seed, conversations: 60, messages: 80 })
  const { graph, source } = await start({ inbox, fault: randomFaults(seededRandom(seed), 0.33) })
  let pages: readonly HistoryPage[] = []
  // Six faults in a row end a reading. It goes on from the last cursor.
  for (let cursor: string | null | undefined; cursor !== null; ) {
    try {
      for await (const page of source.pages({ cursor: cursor ?? null })) {
        pages = [...pages, page]
        cursor = page.cursor
      }
    } catch (error) {
      expect(error).toMatchObject({ code: 'SOURCE_UNAVAILABLE', retryable: true })
    }
  }
  expect(graph.calls.length).toBeGreaterThan(pages.length)
  expect(asSets(messageIdsIn(pages))).toEqual(asSets(messageIdsOf(inbox)))
  expect([...messageIdsIn(pages).values()].flat().length).toBe(inbox.conversations.flatMap(({ messages }) => messages).length)
})

test('conversations that move to the head while the list is read are the only ones that one reading misses', async () => {
  const inbox = fakeInbox({ seed: 21, conversations: 200, messages: 4 })
  const before = messageIdsOf(inbox)
  const { source } = await start({ inbox, moves: { share: 0.1, random: seededRandom(21) } })
  const read = messageIdsIn(await readAll(source))
  const missing = [...before.keys()].filter((customerId) => !read.has(customerId))
  expect(missing.length).toBeGreaterThan(0)
  const moved = inbox.conversations.filter(({ customerId, messages }) => messages.length > (before.get(customerId)?.length ?? 0))
  for (const customerId of missing) expect(moved.map((conversation) => conversation.customerId)).toContain(customerId)
})

test.each(seeds(20))('nothing is missing once the head is read again until it stands still, with faults (seed %i)', async (seed) => {
  const inbox = fakeInbox({ seed, conversations: 100, messages: 6 })
  const began = new Date((inbox.updatedAt(first(inbox)) + 1) * 1000)
  const random = seededRandom(seed)
  const { source } = await start({ inbox, moves: { share: 0.05, random }, fault: randomFaults(random, 0.1) })
  const pages = [...(await readAll(source))]
  for (let isStill = false; !isStill; ) {
    for await (const page of source.pages({ cursor: null })) {
      pages.push(page)
      isStill = page.conversations.length > 0 && page.conversations.every(({ updatedAt }) => updatedAt !== null && updatedAt < began)
      if (isStill) break
    }
  }
  expect(asSets(messageIdsIn(pages))).toEqual(asSets(messageIdsOf(inbox)))
})

test('what was read completely before is not read again', async () => {
  const inbox = fakeInbox({ seed: 5, conversations: 200, messages: 120 })
  const since = new Date((inbox.updatedAt(first(inbox, 30)) + 1) * 1000)
  const { graph, source } = await start({ inbox })
  const read = messageIdsIn(await readAll(source, { since }))
  const lists = graph.calls.filter(({ pathname }) => pathname.endsWith('/conversations'))
  expect(lists.length).toBe(3)
  for (const { customerId, messages } of inbox.conversations) {
    const newer = messages.filter(({ at }) => at * 1000 >= since.getTime()).map(({ id }) => id)
    for (const id of newer) expect(read.get(customerId)).toContain(id)
  }
})

function first({ conversations }: FakeInbox, index = 0) {
  const conversation = conversations[index]
  if (conversation === undefined) throw new Error('the inbox has too few conversations')
  return conversation
}

function seeds(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => 100 + index)
}
