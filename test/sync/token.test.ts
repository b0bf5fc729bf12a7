import { afterEach, expect, test, vi } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { graphHistory, type HistoryPage } from '../../src/sync/index.js'
import { seededRandom } from '../histories/random.js'
import { type FakeGraph, startFakeGraph } from './fake-graph/fake-graph.js'
import { fakeInbox } from './fake-graph/fake-inbox.js'
import { randomFaults } from './fake-graph/faults.js'
import { quickClock } from './reading.js'

const token = 'EAAB-c4n4ry-0f-4-s3cr3t'
const started: FakeGraph[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const graph of started.splice(0)) await graph.close()
})

/** Everything that an error shows, its causes and its stack included. */
function shown(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return [String(error), error.stack, JSON.stringify(error), JSON.stringify(Object.entries(error)), shown(error.cause)].join('\n')
}

test('the token is in no page, no cursor, no log, no error and no database, though the API repeats it', async () => {
  const printed = (['debug', 'info', 'log', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name).mockReturnValue())
  const inbox = fakeInbox({ seed: 7, conversations: 40, messages: 60 })
  const graph = await startFakeGraph({ inbox, token, fault: randomFaults(seededRandom(7), 0.75) })
  started.push(graph)
  const options = { pageId: inbox.pageId, login: 'facebook', fetch: graph.fetch, clock: quickClock(), logger: console } as const
  const source = graphHistory({ ...options, accessToken: token })
  const store = createConversationStore({ adapter: memory() })
  await store.migrate()
  const account = store.forAccount('acme')
  const pages: HistoryPage[] = []
  const errors: unknown[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    try {
      for await (const page of source.pages({ cursor: cursor ?? null })) {
        pages.push(page)
        const items = page.conversations.map(({ updatedAt: _, ...item }) => ({ ...item, oaId: inbox.pageId, history: true }))
        await account.bulkUpsertConversationsWithEvents({ conversations: items })
        cursor = page.cursor
      }
    } catch (error) {
      errors.push(error)
    }
  }
  // The API quotes the token that it refuses.
  const refused = graphHistory({ ...options, accessToken: `${token}-old` })
  await expect(async () => {
    for await (const page of refused.pages({ cursor: null })) pages.push(page)
  }).rejects.toSatisfy((error) => errors.push(error) > 0)

  const stored: unknown[] = []
  for await (const each of account.listConversations({ limit: 500 })) {
    stored.push(each)
    for await (const one of account.listMessages({ conversationId: each.id, limit: 500 })) stored.push(one)
    for await (const one of account.listEvents({ conversationId: each.id, limit: 500 })) stored.push(one)
  }
  const cursors = pages.map(({ cursor }) => Buffer.from(cursor ?? '', 'base64url').toString('utf8'))
  const logged = printed.flatMap((spy) => spy.mock.calls)
  expect([errors.length > 1, logged.length > 0, stored.length > 40, cursors.join('').length > 100]).toEqual([true, true, true, true])
  expect(errors.map(shown).join('\n')).toContain('SOURCE_UNAUTHORIZED')
  expect([JSON.stringify([pages, cursors, logged, stored]), ...errors.map(shown)].join('\n')).not.toContain('s3cr3t')
})
