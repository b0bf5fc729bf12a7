import type { AccountConversations, ConversationStore } from '../../src/index.js'
import type { SnapshotFacts } from './write-data.js'

/** Everything that a host can read of the accounts, as JSON. */
export async function readEverything(store: ConversationStore, facts: SnapshotFacts): Promise<unknown> {
  const accounts: Record<string, unknown> = {}
  for (const accountId of facts.accounts) accounts[accountId] = await readAccount(store.forAccount(accountId), facts)
  const owners = await Promise.all(facts.inboxes.map((inbox) => store.findInboxOwner(inbox)))
  return JSON.parse(JSON.stringify({ accounts, owners }))
}

async function readAccount(account: AccountConversations, facts: SnapshotFacts): Promise<unknown> {
  const conversations = await all(account.listConversations({ limit: 500 }))
  const threads = []
  for (const { id: conversationId } of conversations) {
    threads.push({
      conversation: await account.findConversation({ conversationId }),
      byTime: await all(account.listMessages({ conversationId, by: 'time' })),
      bySeq: (await all(account.listMessages({ conversationId, by: 'seq', order: 'newest' }))).map(({ id }) => id),
      events: await all(account.listEvents({ conversationId })),
    })
  }
  const found = (ids: readonly string[], find: (id: string) => Promise<unknown>) => Promise.all(ids.map(find))
  return {
    threads,
    redirects: await found(facts.lostConversations, (conversationId) => account.findConversation({ conversationId })),
    people: await Promise.all(facts.customers.map((key) => account.findContact(key))),
    ofCustomers: await Promise.all(facts.customers.map((key) => account.findByOaAndCustomer({ ...key, status: 'any' }))),
    ofContacts: await found([...new Set(conversations.map(({ contactId }) => contactId))], async (contactId) =>
      (await all(account.listConversations({ contactId }))).map(({ id }) => id),
    ),
    inboxes: await all(account.listInboxes()),
    counts: {
      open: await account.countConversations({ status: 'open' }),
      closed: await account.countConversations({ status: 'closed' }),
      unread: await account.countConversations({ status: 'active', unread: true }),
    },
  }
}

async function all<T>(list: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = []
  for await (const item of list) items.push(item)
  return items
}
