import { expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import type { ConversationOperations } from '../../src/store/adapter.js'
import { fillAccount } from './filled-account.js'
import { onServer, recordStatements, scratchPool } from './scratch-schema.js'
import { type RowsWritten, type Touched, touchedBy } from './touched.js'

const fewer = 10_000
const more = 100_000

type Account = ReturnType<ReturnType<typeof createConversationStore>['forAccount']>

const messages = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ type: 'message', messageId: `new${n}`, text: 'hi' }) as const)
const open = { oaId: 'page2', customerId: 'c102' }
const newcomer = { oaId: 'page1', customerId: 'newcomer' }
const scoped = { accountId: 'acme', signal: null }
const page = {
  ...scoped,
  limit: 50,
  statuses: null,
  oaId: null,
  customerId: null,
  contactId: null,
  chatbotId: null,
  unread: null,
  updatedSince: null,
}
const first = { ...page, after: null }
const deep = { ...page, after: [Date.parse('2026-01-01T01:30:00Z'), 'x1'] }

/** The most rows that a call may write. */
const writes: Readonly<Record<string, { call(account: Account): Promise<unknown>; rows: RowsWritten }>> = {
  'upsertConversation of an existing one': {
    call: (account) => account.upsertConversation({ ...open, nickname: 'Lan' }),
    rows: { conversations: [0, 1, 0] },
  },
  'upsertConversation that changes nothing': { call: (account) => account.upsertConversation(open), rows: {} },
  'upsertConversation of a new one': {
    call: (account) => account.upsertConversation({ ...newcomer, nickname: 'Lan' }),
    rows: { contact_inboxes: [1, 1, 0], contacts: [1, 0, 0], conversations: [1, 0, 0] },
  },
  'five messages of a known customer': {
    call: (account) => account.upsertConversationWithEvents({ ...open, events: messages(5) }),
    rows: { contact_interaction_events: [5, 0, 0], conversations: [0, 1, 0], messages: [5, 0, 0] },
  },
  'five messages of a new customer': {
    call: (account) => account.upsertConversationWithEvents({ ...newcomer, events: messages(5) }),
    rows: {
      contact_inboxes: [1, 1, 0],
      contact_interaction_events: [5, 0, 0],
      contacts: [1, 0, 0],
      conversations: [1, 0, 0],
      messages: [5, 0, 0],
    },
  },
  'five messages, replayed': {
    call: (account) =>
      account.upsertConversationWithEvents({
        ...open,
        events: ['m1', 'm2', 'm3', 'm4', 'm5'].map((messageId) => ({ type: 'message', messageId, text: '' })),
      }),
    rows: {},
  },
  '100 conversations with five messages each': {
    call: (account) =>
      account.bulkUpsertConversationsWithEvents({
        conversations: Array.from({ length: 100 }, (_, n) => ({ oaId: 'page2', customerId: `c${n * 10 + 2}`, events: messages(5) })),
      }),
    rows: { contact_interaction_events: [500, 0, 0], conversations: [0, 100, 0], messages: [500, 0, 0] },
  },
  'markRead of a read conversation': { call: (account) => account.markRead(open), rows: {} },
  'markRead of a read conversation, to a message': { call: (account) => account.markRead({ ...open, seq: 3 }), rows: {} },
  updateNickname: { call: (account) => account.updateNickname({ ...open, nickname: 'Lan' }), rows: { conversations: [0, 1, 0] } },
  closeConversation: { call: (account) => account.closeConversation(open), rows: { conversations: [0, 1, 0] } },
  reopenConversation: { call: (account) => account.reopenConversation({ conversationId: 'x103' }), rows: { conversations: [0, 1, 0] } },
  snoozeConversation: {
    call: (account) => account.snoozeConversation({ ...open, until: new Date('2030-01-01') }),
    rows: { conversations: [0, 1, 0] },
  },
  'wakeDue of ten': { call: (account) => account.wakeDue({ limit: 10 }), rows: { conversations: [0, 10, 0] } },
}

const reads: Readonly<Record<string, (operations: ConversationOperations) => Promise<unknown>>> = {
  'findByOaAndCustomer, active': (operations) => operations.findByOaAndCustomer({ ...scoped, ...open, status: 'active' }),
  'findByOaAndCustomer, any': (operations) => operations.findByOaAndCustomer({ ...scoped, ...open, status: 'any' }),
  findConversation: (operations) => operations.findConversation({ ...scoped, conversationId: 'x102' }),
  'listConversations, first page': (operations) => operations.listConversations(first),
  'listConversations, deep page': (operations) => operations.listConversations(deep),
  'listConversations, closed': (operations) => operations.listConversations({ ...deep, statuses: ['closed'] }),
  'listConversations, active': (operations) => operations.listConversations({ ...deep, statuses: ['open', 'snoozed'] }),
  'listConversations of an inbox': (operations) => operations.listConversations({ ...deep, oaId: 'page3' }),
  'listConversations of a chatbot': (operations) => operations.listConversations({ ...deep, chatbotId: 'bot3' }),
  'listConversations of a contact': (operations) => operations.listConversations({ ...first, contactId: 'p7' }),
  'listConversations of a customer': (operations) => operations.listConversations({ ...first, customerId: 'c7' }),
  listMessages: (operations) =>
    operations.listMessages({ ...scoped, conversationId: 'x102', by: 'seq', afterSeq: 0, order: 'newest', limit: 5, after: null }),
  listEvents: (operations) => operations.listEvents({ ...scoped, conversationId: 'x102', limit: 5, after: [0] }),
  findMessage: (operations) => operations.findMessage({ ...scoped, ...open, messageId: 'm3' }),
  findContact: (operations) => operations.findContact({ ...scoped, ...open }),
  listInboxes: (operations) => operations.listInboxes({ ...scoped, limit: 50, after: null }),
}

/**
 * A customer has few conversations. They are gathered by their contact inboxes and then sorted, because no index holds
 * them in order. A contact's come in order, a page of each of its ids.
 */
const sorted: ReadonlySet<string> = new Set(['listConversations of a customer', 'listConversations of a contact'])

function writesOrLocks(name: string): boolean {
  return name in writes && !name.startsWith('markRead of a read')
}

/**
 * The blocks that a call may touch when each index that it descends has one more level. That adds at most 1 in 3 to
 * what three levels take. Anything that grows with the account would touch ten times as many.
 */
const withAnotherLevel = (blocks: number) => blocks * 1.4 + 4
/** The limit for a page of 50 as well as for a single row, because rows that lie together share blocks. */
const blocksOfARead = 30

test('a call touches no more among 100,000 conversations than among 10,000, and writes only its own rows', async () => {
  const [few, many] = await Promise.all([touchedAt(fewer), touchedAt(more)])
  const wrong: string[] = []
  const require = (held: boolean, complaint: string) => held || wrong.push(complaint)
  for (const [name, { blocks, rows, sequentialScans, wroteOrLocked, nodes }] of Object.entries(many)) {
    const before = few[name]?.blocks ?? 0
    require(blocks <= withAnotherLevel(before), `${name}: ${blocks} blocks instead of ${before}`)
    require(sequentialScans === 0, `${name}: ${sequentialScans} sequential scans`)
    for (const [table, counts] of Object.entries(rows))
      require(counts.every(
        (count, index) => count <= (writes[name]?.rows[table]?.[index] ?? 0),
      ), `${name}: ${counts.join('/')} rows of ${table}`)
    if (!writesOrLocks(name)) require(!wroteOrLocked, `${name}: wrote or locked a row`)
    if (!(name in reads)) continue
    require(blocks <= blocksOfARead, `${name}: ${blocks} blocks`)
    for (const node of nodes.filter((node) => /Seq Scan|Hash|Sort/.test(node) && !(sorted.has(name) && node === 'Sort')))
      wrong.push(`${name}: ${node}`)
  }
  expect(wrong).toEqual([])
})

async function touchedAt(conversations: number): Promise<Readonly<Record<string, Touched>>> {
  const pool = scratchPool({ max: 1 })
  const scratch = await onServer({ pool })
  await fillAccount(scratch, conversations)
  await scratch.query('set plan_cache_mode = force_generic_plan')
  const sent = recordStatements(pool)
  const account = createConversationStore({ adapter: scratch.adapter }).forAccount('acme')
  const touched: Record<string, Touched> = {}
  for (const [name, read] of Object.entries(reads)) touched[name] = await touchedBy(scratch, sent, () => read(scratch.adapter.operations))
  for (const [name, { call }] of Object.entries(writes)) touched[name] = await touchedBy(scratch, sent, () => call(account))
  return touched
}
