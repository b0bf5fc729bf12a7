import type { createConversationStore } from '../../src/index.js'
import type { ConversationOperations } from '../../src/store/adapter.js'
import type { RowsWritten } from './touched.js'

export type Account = ReturnType<ReturnType<typeof createConversationStore>['forAccount']>

export const messages = (count: number) =>
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

/** Calls by their titles, with the most rows of each table that one may insert, update and delete. */
export type Calls<Given = unknown> = Readonly<Record<string, { call(account: Account, given: Given): Promise<unknown>; rows: RowsWritten }>>

/** The writes of a customer with one id. */
export const writes: Calls = {
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
  'a message that reopens': {
    call: (account) => account.upsertConversationWithEvents({ oaId: 'page3', customerId: 'c103', onClosed: 'reopen', events: messages(1) }),
    rows: { contact_interaction_events: [1, 0, 0], conversations: [0, 1, 0], messages: [1, 0, 0] },
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
  'a reply, and the id that the channel gives it': {
    call: (account) =>
      account.upsertConversationWithEvents({
        ...open,
        events: [
          { type: 'message', direction: 'outbound', localId: 'l1', text: 'hi' },
          { type: 'message_sent', localId: 'l1', messageId: 'r1' },
        ],
      }),
    rows: { contact_interaction_events: [2, 0, 0], conversations: [0, 2, 0], messages: [1, 2, 0] },
  },
  'an edit that waits for its message': {
    call: (account) =>
      account.upsertConversationWithEvents({ ...open, events: [{ type: 'message_edit', targetMessageId: 'later', text: 'Hello' }] }),
    rows: { contact_interaction_events: [1, 0, 0] },
  },
  applyReceipt: { call: (account) => account.applyReceipt({ oaId: open.oaId, status: 'read', messageIds: ['none'] }), rows: {} },
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
  findReceivers: (operations) => operations.findReceivers({ ...scoped, oaId: 'page2', messageIds: ['reply'] }),
  findContact: (operations) => operations.findContact({ ...scoped, ...open }),
  listInboxes: (operations) => operations.listInboxes({ ...scoped, limit: 50, after: null }),
}
