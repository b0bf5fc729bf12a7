import type { createConversationStore } from '../../src/index.js'
import type { ConversationOperations } from '../../src/store/adapter.js'
import type { RowsWritten } from './touched.js'

type Account = ReturnType<ReturnType<typeof createConversationStore>['forAccount']>

const messages = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ type: 'message', messageId: `new${n}`, text: 'hi' }) as const)
const open = { oaId: 'page2', customerId: 'c102' }
const phone = { id: 'c102', kind: 'phone' }
const userId = { id: 'VN.1', kind: 'user_id' }
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

/** The merges that were made before, to be undone. */
export interface Merges {
  readonly conversations: string
  readonly contacts: string
}

/** Makes one conversation and one contact of two, in two places. */
export async function mergeSome(account: Account): Promise<Merges> {
  const of = (customerId: string) => ({ oaId: 'page2', customerId })
  const { mergeId: conversations } = await account.mergeConversations({ keep: of('c1002'), lose: of('c1012') })
  const { mergeId: contacts } = await account.mergeContacts({ keep: of('c1022'), lose: of('c1032') })
  return { conversations, contacts }
}

/** The calls that write, with the most rows of each table that they may insert, update and delete. */
export const writes: Readonly<Record<string, { call(account: Account, merges: Merges): Promise<unknown>; rows: RowsWritten }>> = {
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
  'a message that names another id of its sender': {
    call: (account) => account.upsertConversationWithEvents({ ...open, identities: [phone, userId], events: messages(1) }),
    rows: { contact_inboxes: [1, 3, 0], contact_interaction_events: [1, 0, 0], conversations: [0, 3, 0], messages: [1, 0, 0] },
  },
  'a message that makes one person of two': {
    call: (account) =>
      account.upsertConversationWithEvents({ ...open, identities: [phone, { id: 'c112', kind: 'user_id' }], events: messages(1) }),
    rows: {
      contact_inboxes: [0, 4, 0],
      contact_interaction_events: [1, 0, 5],
      contacts: [0, 2, 0],
      conversation_merges: [1, 0, 0],
      conversations: [0, 8, 1],
      messages: [1, 5, 5],
    },
  },
  'a username that is matched': {
    call: (account) => account.upsertConversation({ ...open, customerUsername: 'lan', matchUsername: true }),
    rows: { conversations: [0, 1, 0] },
  },
  'ten messages of a bulk that name another id of their sender each': {
    call: (account) =>
      account.bulkUpsertConversationsWithEvents({
        conversations: Array.from({ length: 10 }, (_, n) => {
          const customerId = `c${n * 10 + 2}`
          return {
            ...{ oaId: 'page2', customerId, events: messages(1) },
            identities: [
              { id: customerId, kind: 'phone' },
              { id: `VN.${n}`, kind: 'user_id' },
            ],
          }
        }),
      }),
    rows: { contact_inboxes: [10, 30, 0], contact_interaction_events: [10, 0, 0], conversations: [0, 30, 0], messages: [10, 0, 0] },
  },
  'a message that reopens': {
    call: (account) => account.upsertConversationWithEvents({ oaId: 'page3', customerId: 'c103', onClosed: 'reopen', events: messages(1) }),
    rows: { contact_interaction_events: [1, 0, 0], conversations: [0, 1, 0], messages: [1, 0, 0] },
  },
  'a notice of a changed id': {
    call: (account) =>
      account.upsertConversationWithEvents({
        ...open,
        events: [{ type: 'identity_change', previous: [phone], current: [{ id: 'c9', kind: 'phone' }] }],
      }),
    rows: { contact_inboxes: [1, 6, 0], conversations: [0, 3, 0] },
  },
  linkCustomerIds: {
    call: (account) => account.linkCustomerIds({ oaId: open.oaId, identities: [phone, userId] }),
    rows: { contact_inboxes: [1, 3, 0], conversations: [0, 2, 0] },
  },
  'a message of history': {
    call: (account) => account.upsertConversationWithEvents({ ...open, history: true, events: messages(1) }),
    rows: { contact_interaction_events: [1, 0, 0], conversations: [0, 1, 0], messages: [1, 0, 0] },
  },
  'an edit, a reaction and a deletion': {
    call: (account) =>
      account.upsertConversationWithEvents({
        ...open,
        events: [
          { type: 'message_edit', targetMessageId: 'm1', text: 'Hello' },
          { type: 'reaction', targetMessageId: 'm2', action: 'add', emoji: '!' },
          { type: 'message_delete', targetMessageId: 'm3' },
        ],
      }),
    rows: { contact_interaction_events: [3, 0, 0], conversations: [0, 3, 0], messages: [0, 3, 0] },
  },
  'a receipt and a watermark': {
    call: (account) =>
      account.upsertConversationWithEvents({
        ...open,
        events: [
          { type: 'receipt', status: 'read', messageIds: ['m1'] },
          { type: 'receipt', status: 'delivered', watermark: new Date('2026-01-01') },
        ],
      }),
    rows: { contact_inboxes: [0, 1, 0] },
  },
  'an edit that waits for its message': {
    call: (account) =>
      account.upsertConversationWithEvents({ ...open, events: [{ type: 'message_edit', targetMessageId: 'later', text: 'Hello' }] }),
    rows: { contact_interaction_events: [1, 0, 0] },
  },
  applyReceipt: { call: (account) => account.applyReceipt({ oaId: open.oaId, status: 'read', messageIds: ['none'] }), rows: {} },
  mergeConversations: {
    call: (account) => account.mergeConversations({ keep: open, lose: { oaId: open.oaId, customerId: 'c112' } }),
    rows: { conversation_merges: [1, 0, 0], conversations: [0, 2, 1] },
  },
  mergeContacts: {
    call: (account) => account.mergeContacts({ keep: open, lose: { oaId: open.oaId, customerId: 'c112' } }),
    rows: { contact_merges: [1, 0, 0], contacts: [0, 2, 0] },
  },
  updateContact: { call: (account) => account.updateContact({ ...open, name: 'Lan' }), rows: { contacts: [0, 1, 0] } },
  'a message that names its customer': {
    call: (account) => account.upsertConversationWithEvents({ ...open, customerName: 'Lan', events: messages(1) }),
    rows: { contact_interaction_events: [1, 0, 0], contacts: [0, 1, 0], conversations: [0, 1, 0], messages: [1, 0, 0] },
  },
  'ten messages of a bulk that name their customer each': {
    call: (account) =>
      account.bulkUpsertConversationsWithEvents({
        conversations: Array.from({ length: 10 }, (_, n) => {
          return { oaId: 'page2', customerId: `c${n * 10 + 2}`, customerName: `Lan ${n}`, events: messages(1) }
        }),
      }),
    rows: { contact_interaction_events: [10, 0, 0], contacts: [0, 10, 0], conversations: [0, 10, 0], messages: [10, 0, 0] },
  },
  unmergeConversations: {
    call: (account, { conversations }) => account.unmergeConversations({ mergeId: conversations }),
    rows: { conversation_merges: [0, 1, 0], conversations: [1, 2, 0] },
  },
  unmergeContacts: {
    call: (account, { contacts }) => account.unmergeContacts({ mergeId: contacts }),
    rows: { contact_merges: [0, 1, 0], contacts: [0, 2, 0] },
  },
  'a message into a merged conversation': {
    call: (account) => account.upsertConversationWithEvents({ oaId: 'page2', customerId: 'c1002', events: messages(1) }),
    rows: { contact_interaction_events: [1, 0, 0], conversations: [0, 1, 0], messages: [1, 0, 0] },
  },
  'a merged conversation, read': {
    call: (account) => account.markRead({ oaId: 'page2', customerId: 'c1002' }),
    rows: { conversations: [0, 1, 0] },
  },
  markUnread: { call: (account) => account.markUnread(open), rows: { conversations: [0, 1, 0] } },
  sweep: { call: (account) => account.sweep(), rows: {} },
  'wakeDue of ten': { call: (account) => account.wakeDue({ limit: 10 }), rows: { conversations: [0, 10, 0] } },
}

export const reads: Readonly<Record<string, (operations: ConversationOperations) => Promise<unknown>>> = {
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
