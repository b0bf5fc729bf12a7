import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountConversations } from '../../src/index.js'
import { isServerAbsent } from '../contract/server.js'
import { messages, type TestDatabase } from './database.js'
import { type Explained, explainAll } from './explained.js'
import { openGrown, unreadEach } from './grown.js'

type Work = (account: AccountConversations) => Promise<unknown>

const key = (index: number) => ({ oaId: 'page', customerId: `customer-${index}` })
const phoneOf = (index: number) => ({ id: key(index).customerId, kind: 'phone' })
const userIdOf = (index: number) => ({ id: `VN.${index}`, kind: 'user_id' })
const echo = { type: 'message', direction: 'outbound', localId: 'local', text: 'on its way' } as const
const idOf = async (account: AccountConversations, index: number) => (await account.findByOaAndCustomer(key(index)))?.id ?? ''
const far = async (account: AccountConversations, depth: number) => {
  let cursor: string | null = null
  for (let read = 0; read < depth; read += 500) {
    const page: { nextCursor: string | null } = await account.listConversations({ limit: 500, ...(cursor && { cursor }) })
    cursor = page.nextCursor
  }
  return cursor ?? ''
}

const reads: Readonly<Record<string, Work>> = {
  findConversation: async (account) => account.findConversation({ conversationId: await idOf(account, 7) }),
  findByOaAndCustomer: (account) => account.findByOaAndCustomer(key(1)),
  'findByOaAndCustomer, the latest': (account) => account.findByOaAndCustomer({ ...key(1), status: 'any' }),
  'findByOaAndCustomer of nobody': (account) => account.findByOaAndCustomer({ oaId: 'page', customerId: 'nobody' }),
  listConversations: async (account) => account.listConversations({}),
  'listConversations, far down': async (account) => account.listConversations({ cursor: await far(account, 5_000) }),
  'listConversations of a status': async (account) => account.listConversations({ status: 'open' }),
  'listConversations of an inbox': async (account) => account.listConversations({ oaId: 'page' }),
  'listConversations of a chatbot': async (account) => account.findByChatbotId({ chatbotId: 'bot' }),
  'listConversations, unread': async (account) => account.listConversations({ unread: true }),
  'listConversations of an inbox, unread': async (account) => account.listConversations({ oaId: 'page', unread: true }),
  'listConversations, active and unread': async (account) => account.listConversations({ unread: true, status: 'active' }),
  'listConversations of an inbox, active and unread': async (account) =>
    account.listConversations({ oaId: 'page', unread: true, status: 'active' }),
  findMessage: (account) => account.findMessage({ ...key(2), messageId: 'model' }),
  listMessages: async (account) => account.listMessages({ conversationId: await idOf(account, 2) }),
  'listMessages, the newest': async (account) => account.listMessages({ conversationId: await idOf(account, 2), order: 'newest' }),
  listEvents: async (account) => account.listEvents({ conversationId: await idOf(account, 2) }),
  findContact: (account) => account.findContact(key(3)),
  listInboxes: async (account) => account.listInboxes({}),
  'listLeases of a kind': async (account) => account.listLeases({ kind: 'sync' }),
}

const target = { type: 'reaction', targetMessageId: 'model', emoji: '👍' } as const
const writes: Readonly<Record<string, Work>> = {
  'upsertConversation of a known customer': (account) => account.upsertConversation({ ...key(10), nickname: 'Lan' }),
  'upsertConversation of a new customer': (account) => account.upsertConversation({ oaId: 'page', customerId: 'new', nickname: 'Lan' }),
  'upsertConversation that names the customer': (account) => account.upsertConversation({ ...key(11), customerName: 'Lan' }),
  'upsertConversation that matches a username': (account) =>
    account.upsertConversation({ ...key(12), customerUsername: 'lan', matchUsername: true }),
  'five messages': (account) => account.upsertConversationWithEvents({ ...key(13), events: messages(5) }),
  'five messages that are known': (account) => account.upsertConversationWithEvents({ ...key(13), events: messages(5) }),
  'an event that changes a message': (account) => account.upsertConversationWithEvents({ ...key(14), events: [target] }),
  'an event that waits': (account) =>
    account.upsertConversationWithEvents({ ...key(15), events: [{ ...target, targetMessageId: 'not yet' }] }),
  'what is sent, linked and read': async (account) => {
    await account.upsertConversationWithEvents({ ...key(16), events: [echo] })
    await account.upsertConversationWithEvents({ ...key(16), events: [{ type: 'message_sent', localId: 'local', messageId: 'sent' }] })
    await account.upsertConversationWithEvents({ ...key(16), events: [{ type: 'receipt', status: 'read', watermark: new Date() }] })
  },
  'a bulk': (account) =>
    account.bulkUpsertConversationsWithEvents({
      conversations: Array.from({ length: 20 }, (_, index) => ({ ...key(index === 0 ? -1 : 20 + index), events: messages(2) })),
    }),
  updateConversation: (account) => account.updateConversation({ ...key(50), metadata: { vip: true } }),
  markRead: (account) => account.markRead(key(51)),
  'markRead up to a message': async (account) => account.markRead({ conversationId: await idOf(account, 13), seq: 3 }),
  'closeConversation and a new one': async (account) => {
    await account.closeConversation(key(53))
    await account.upsertConversationWithEvents({ ...key(53), events: messages(1) })
  },
  reopenConversation: async (account) => {
    await account.closeConversation(key(54))
    await account.reopenConversation(key(54))
  },
  snoozeConversation: (account) => account.snoozeConversation({ ...key(55), until: new Date('2100-01-01') }),
  wakeDue: (account) => account.wakeDue({ limit: 10 }),
  updateContact: (account) => account.updateContact({ ...key(56), name: 'Lan' }),
  'a message that names another id of its sender': (account) =>
    account.upsertConversationWithEvents({ ...key(57), identities: [phoneOf(57), userIdOf(57)], events: messages(1) }),
  'a message of a person with two ids, by the second one': (account) =>
    account.upsertConversationWithEvents({ oaId: 'page', customerId: userIdOf(57).id, events: messages(2) }),
  'a message that makes one person of two': (account) =>
    account.upsertConversationWithEvents({ ...key(58), identities: [phoneOf(58), { ...phoneOf(59), kind: 'lid' }], events: messages(1) }),
  'a notice of a changed id': (account) =>
    account.upsertConversationWithEvents({
      ...key(60),
      events: [{ type: 'identity_change', previous: [phoneOf(60)], current: [{ id: 'changed', kind: 'phone' }] }],
    }),
  linkCustomerIds: (account) => account.linkCustomerIds({ oaId: 'page', identities: [phoneOf(61), userIdOf(61)] }),
  'a message of history': (account) => account.upsertConversationWithEvents({ ...key(62), history: true, events: messages(1) }),
  'an edit, a deletion and a receipt': (account) =>
    account.upsertConversationWithEvents({
      ...key(14),
      events: [
        { type: 'message_edit', targetMessageId: 'model', text: 'Hello' },
        { type: 'receipt', status: 'read', messageIds: ['model'] },
        { type: 'message_delete', targetMessageId: 'model' },
      ],
    }),
  applyReceipt: (account) => account.applyReceipt({ oaId: 'page', status: 'read', messageIds: ['none'] }),
  'two conversations merged and parted': async (account) => {
    const { mergeId } = await account.mergeConversations({ keep: key(63), lose: key(64) })
    await account.unmergeConversations({ mergeId })
  },
  'two contacts merged and parted': async (account) => {
    const { mergeId } = await account.mergeContacts({ keep: key(65), lose: key(66) })
    await account.unmergeContacts({ mergeId })
  },
  markUnread: (account) => account.markUnread(key(67)),
  sweep: (account) => account.sweep(),
  'a lease that is acquired, renewed and released': async (account) => {
    const lease = { kind: 'sync', key: 'page' }
    const answer = await account.acquireLease({ ...lease, holder: 'host', ttlMs: 60_000 })
    const token = answer.acquired ? answer.lease.token : 0
    await account.renewLease({ ...lease, token, ttlMs: 60_000 })
    await account.releaseLease({ ...lease, token })
  },
}

describe.skipIf(isServerAbsent('mongoReplicaSet'))('how the server finds what a call asks for', () => {
  let small: TestDatabase
  let large: TestDatabase
  beforeAll(async () => {
    small = await openGrown(10_000)
    large = await openGrown(100_000)
  }, 180_000)
  afterAll(async () => {
    await small[Symbol.asyncDispose]()
    await large[Symbol.asyncDispose]()
  })

  const explain = async (database: TestDatabase, work: Work) =>
    explainAll(database.db, await database.commandsOf(() => work(database.account)))
  const costOf = ({ command, keysExamined, docsExamined }: Explained) => ({ command, keysExamined, docsExamined })
  const expectIndexed = (explained: readonly Explained[]) => {
    expect(explained.length).toBeGreaterThan(0)
    for (const { command, stages, collectionScans } of explained) {
      expect({ command, collectionScans }).toEqual({ command, collectionScans: 0 })
      expect(stages.has('IXSCAN') || stages.has('IDHACK') || stages.has('COUNT_SCAN'), `${command}: ${[...stages]}`).toBe(true)
    }
  }

  test.each(Object.entries(reads))('%s goes by an index, without a sort, and costs the same in a larger database', async (_, work) => {
    const [inSmall, inLarge] = [await explain(small, work), await explain(large, work)]
    expectIndexed(inLarge)
    for (const { command, stages } of inLarge) expect({ command, sorts: stages.has('SORT') }).toEqual({ command, sorts: false })
    expect(inLarge.map(costOf)).toEqual(inSmall.map(costOf))
  })

  test("a customer's own conversations are all that is sorted in a list of them", async () => {
    const list: Work = async (account) => account.listConversations(key(1))
    const [inSmall, inLarge] = [await explain(small, list), await explain(large, list)]
    expectIndexed(inLarge)
    expect(inLarge.map(costOf)).toEqual(inSmall.map(costOf))
    expect(inLarge.at(-1)).toMatchObject({ command: 'find conversations', docsExamined: 1 })
  })

  test.each([{ unread: true }, { unread: true, status: 'active' }, { unread: true, status: 'active', oaId: 'page' }] as const)(
    'the unread conversations of %o are counted in their index alone, without the others',
    async (filter) => {
      const explained = await explain(large, (account) => account.countConversations(filter))
      expectIndexed(explained)
      expect(explained.map(({ docsExamined }) => docsExamined)).toEqual([0])
      expect(explained[0]?.keysExamined).toBeLessThan(100_000 / unreadEach + 10)
    },
  )

  test.each(Object.entries(writes))('%s goes by an index, and costs the same in a larger database', async (_, work) => {
    const [inSmall, inLarge] = [await explain(small, work), await explain(large, work)]
    expectIndexed(inLarge)
    expect(inLarge.map(costOf)).toEqual(inSmall.map(costOf))
  })
})
