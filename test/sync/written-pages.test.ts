import { afterEach, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { graphHistory, type HistoryPage } from '../../src/sync/index.js'
import { ingestWebhook, messenger } from '../../src/webhooks/index.js'
import { cannedSource, conversation, lan, message, pageId, shop } from './canned.js'
import { type FakeGraph, startFakeGraph } from './fake-graph/fake-graph.js'
import { fakeInbox } from './fake-graph/fake-inbox.js'
import { keptLog, quickClock, readAll } from './reading.js'

const started: FakeGraph[] = []
afterEach(async () => {
  for (const graph of started.splice(0)) await graph.close()
})

async function openAccount() {
  const store = createConversationStore({ adapter: memory() })
  await store.migrate()
  const account = store.forAccount('acme')
  await account.connectInbox({ oaId: pageId, channel: 'messenger' })
  return { store, account }
}

/** Whoever reads a source writes its pages like this. */
function itemsOf({ conversations }: HistoryPage) {
  return conversations.map(({ updatedAt: _, ...conversation }) => ({ ...conversation, oaId: pageId, channel: 'messenger', history: true }))
}

test('a page is written as it is, and the same page again changes nothing', async () => {
  const inbox = fakeInbox({ seed: 31, conversations: 60, messages: 60 })
  const graph = await startFakeGraph({ inbox })
  started.push(graph)
  const options = { pageId, accessToken: 'a-token', login: 'facebook', pace: false, logger: keptLog(), clock: quickClock() } as const
  const pages = await readAll(graphHistory({ ...options, fetch: graph.fetch }))
  const { account } = await openAccount()
  const outcomes = async () => {
    const found: string[] = []
    for (const page of pages) {
      const results = await account.bulkUpsertConversationsWithEvents({ conversations: itemsOf(page) })
      for (const result of results) found.push(...(result.ok ? result.events.map(({ outcome }) => outcome) : ['failed']))
    }
    return found
  }
  const messages = inbox.conversations.flatMap((each) => each.messages).length
  expect(await outcomes()).toEqual(Array.from({ length: messages }, () => 'stored'))
  expect(await outcomes()).toEqual(Array.from({ length: messages }, () => 'duplicate'))
  expect(await account.countConversations()).toBe(60)
  const [{ customerId, messages: all } = { customerId: '', messages: [] }] = inbox.conversations
  const found = await account.findByOaAndCustomer({ oaId: pageId, customerId })
  expect(found).toMatchObject({ customerName: 'Customer 59', unreadCount: 0, lastMessageAt: new Date((all[0]?.at ?? 0) * 1000) })
})

test('what a webhook brought is known by the history, whatever form its ids have there', async () => {
  const { store, account } = await openAccount()
  const webhook = (mid: string, text: string) => ({
    object: 'page',
    entry: [
      {
        id: pageId,
        messaging: [{ sender: { id: lan.id }, recipient: { id: pageId }, timestamp: 1_763_719_207_000, message: { mid, text } }],
      },
    ],
  })
  await ingestWebhook(store, messenger, webhook('mid.1460972298060:01', 'an old id'), { logger: keptLog() })
  await ingestWebhook(store, messenger, webhook('m_new-id', 'a new id'), { logger: keptLog() })
  const reactions = { data: [{ reaction: 'love', emoji: '❤', users: [{ id: lan.id }] }] }
  const { source } = cannedSource([
    {
      body: {
        data: [
          conversation({
            data: [
              message('m_new-id', { message: 'a new id' }),
              message('m_mid.1460972298060:01'),
              message('m_reply', { from: shop, reactions }),
            ],
          }),
        ],
      },
    },
  ])
  const [page] = await readAll(source)
  if (page === undefined) throw new Error('there is no page')
  const [written] = await account.bulkUpsertConversationsWithEvents({ conversations: itemsOf(page) })
  expect(written?.ok === true && written.events.map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'duplicate', 'duplicate'])
  const { items } = await account.listMessages({ conversationId: written?.ok === true ? (written.conversation?.id ?? '') : '' })
  expect(items.map(({ messageId, history }) => [messageId, history]).toSorted()).toEqual([
    ['m_new-id', false],
    ['m_reply', true],
    ['mid.1460972298060:01', false],
  ])
  expect(items.find(({ messageId }) => messageId === 'm_reply')?.reactions).toMatchObject([{ emoji: '❤' }])
})
