import type { EventInput } from '../../../src/model/event-inputs.js'
import type { InputOf, Method } from '../../histories/call.js'
import { first, type Names, second, username } from './prepared-states.js'

export type Side = 'a' | 'b'

/** What the calls of a kind may wait for: their customers, the inbox, …, or nothing, because they only read. */
type Scope = 'customer' | 'inbox' | 'lease' | 'journal' | 'nothing'

interface Kind<M extends Method> {
  readonly scope: Scope
  /** A standalone mongod does not support the call. */
  readonly needsTransactions?: true
  /** Different inputs of the method, for one side of the race. */
  readonly inputs: (names: Names, side: Side) => readonly InputOf<M>[]
}

const message = (side: Side): EventInput => ({ type: 'message', messageId: `m-${side}`, text: `text of ${side}` })
const latest = ({ conversations }: Names) => conversations.at(-1) ?? 'none'
const oldest = ({ conversations }: Names) => conversations[0] ?? 'none'
const keys = (names: Names) => [first(names), second(names), { conversationId: oldest(names) }, { conversationId: latest(names) }]
const webhook = ({ webhooks }: Names, index: number) => webhooks[index] ?? 'none'
const limit = 10
const leaseMs = 3_600_000
const number = (names: Names) => ({ id: first(names).customerId, kind: 'phone' })
const account = (names: Names) => ({ id: second(names).customerId, kind: 'user_id' })
const bothIds = (names: Names) => [number(names), account(names)]
const newNumber = (names: Names) => ({ id: `${first(names).customerId} new`, kind: 'phone' })
const stranger = (names: Names) => ({ id: `${second(names).customerId} stranger`, kind: 'user_id' })

/** The inputs of every method. A method that is added without one does not compile. */
export const racingCalls: { readonly [M in Method]: Kind<M> } = {
  upsertConversation: {
    scope: 'customer',
    inputs: (names, side) => [
      { ...first(names), nickname: `of ${side}` },
      ...(names.supportsEvents
        ? [
            { ...first(names), ...username },
            { ...second(names), ...username, nickname: `of ${side}` },
            { ...first(names), identities: bothIds(names), nickname: `of ${side}` },
            { ...second(names), identities: bothIds(names) },
          ]
        : []),
      { ...first(names), onClosed: 'reopen', chatbotId: side },
      { ...first(names), expectedVersion: side === 'a' ? 1 : 'absent' },
    ],
  },
  upsertConversationWithEvents: {
    scope: 'customer',
    inputs: (names, side) =>
      names.supportsEvents
        ? [
            { ...first(names), events: [message(side)] },
            { ...first(names), onClosed: 'reopen', events: [message(side)] },
            { ...first(names), ...username, events: [message(side)] },
            { ...second(names), ...username, events: [message(side)] },
            { ...first(names), identities: bothIds(names), events: [message(side)] },
            { ...second(names), identities: bothIds(names), events: [message(side)] },
            {
              ...first(names),
              events: [{ type: 'identity_change', previous: [number(names)], current: [newNumber(names)] }, message(side)],
            },
            { ...first(names), identities: [number(names), stranger(names)], events: [message(side)] },
            { ...first(names), events: [{ type: 'message', messageId: 'both' }] },
            { ...first(names), events: [{ type: 'message', direction: 'outbound', localId: `l-${side}` }] },
            { ...first(names), events: [{ type: 'message_sent', localId: 'l0', messageId: `sent-${side}` }] },
            { ...first(names), events: [{ type: 'message_edit', targetMessageId: 'm0', text: `edit of ${side}` }] },
            { ...first(names), events: [{ type: 'message_delete', targetMessageId: 'both' }] },
            { ...first(names), events: [{ type: 'postback' }] },
          ]
        : [{ ...first(names), events: [] }],
  },
  bulkUpsertConversationsWithEvents: {
    scope: 'customer',
    inputs(names, side) {
      if (!names.supportsEvents) return [{ conversations: [first(names)], atomic: false }]
      const items = [first(names), second(names)].map((to, index) => ({
        ...to,
        events: [{ ...message(side), messageId: `m-${side}-${index}` } as const],
      }))
      return [{ conversations: items }, { conversations: items.toReversed() }]
    },
  },
  updateConversation: {
    scope: 'customer',
    inputs: (names, side) => [
      ...keys(names).map((key) => ({ ...key, metadata: { of: side } })),
      { ...first(names), chatbotId: side, expectedVersion: 1 },
    ],
  },
  updateNickname: { scope: 'customer', inputs: (names, side) => keys(names).map((key) => ({ ...key, nickname: `of ${side}` })) },
  markRead: { scope: 'customer', inputs: (names) => [...keys(names), { ...first(names), upToTime: names.now }] },
  markUnread: { scope: 'customer', inputs: keys },
  closeConversation: { scope: 'customer', inputs: (names) => [...keys(names), { ...first(names), expectedVersion: 1 }] },
  snoozeConversation: {
    scope: 'customer',
    inputs: (names) => keys(names).map((key) => ({ ...key, until: new Date(names.now.getTime() + 60_000) })),
  },
  reopenConversation: { scope: 'customer', inputs: keys },
  wakeDue: { scope: 'customer', inputs: () => [{ limit }] },
  sweep: { scope: 'customer', needsTransactions: true, inputs: () => [{ limit }] },
  applyReceipt: {
    scope: 'customer',
    needsTransactions: true,
    inputs: ({ oaId }) => [{ oaId, status: 'read', messageIds: ['sent-a', 'both'] }],
  },
  mergeConversations: {
    scope: 'customer',
    needsTransactions: true,
    inputs: (names) => [
      { keep: first(names), lose: second(names) },
      { keep: second(names), lose: first(names) },
      { keep: { conversationId: oldest(names) }, lose: { conversationId: latest(names) } },
      { keep: first(names), lose: second(names), link: true },
    ],
  },
  unmergeConversations: { scope: 'customer', needsTransactions: true, inputs: () => [{ mergeId: 'none' }] },
  mergeContacts: {
    scope: 'customer',
    needsTransactions: true,
    inputs: (names) => [
      { keep: first(names), lose: second(names) },
      { keep: second(names), lose: first(names) },
    ],
  },
  unmergeContacts: { scope: 'customer', needsTransactions: true, inputs: () => [{ mergeId: 'none' }] },
  linkCustomerIds: {
    scope: 'customer',
    needsTransactions: true,
    inputs: (names) => [{ oaId: names.oaId, identities: bothIds(names) }],
  },
  updateContact: {
    scope: 'customer',
    inputs: (names, side) => [first(names), second(names)].map((key) => ({ ...key, name: `of ${side}` })),
  },
  connectInbox: {
    scope: 'inbox',
    needsTransactions: true,
    inputs: ({ oaId }, side) => [
      { oaId, channel: 'sms', name: `of ${side}` },
      { oaId, channel: 'messenger', chatbotId: side },
    ],
  },
  disconnectInbox: { scope: 'inbox', needsTransactions: true, inputs: ({ oaId }) => [{ oaId }] },
  // Cases of the contract race redirects to an inbox that is there. Here the calls of the two sides name one inbox.
  redirectInbox: {
    scope: 'inbox',
    needsTransactions: true,
    inputs: ({ oaId }) => [
      { oaId, to: null },
      { oaId, to: 'none' },
    ],
  },
  recordHistoryProgress: {
    scope: 'inbox',
    needsTransactions: true,
    inputs: ({ oaId }, side) => [
      { oaId, phase: side === 'a' ? 0 : 1, chunkOrder: 1, progress: side === 'a' ? 40 : 30 },
      { oaId, errorCode: '2593109' },
    ],
  },
  beginSync: { scope: 'inbox', needsTransactions: true, inputs: ({ oaId }, side) => [{ oaId, source: side, incremental: side === 'b' }] },
  // A session has an id of the library's own, which no preparation knows. `test/sync` races the steps of one session.
  resumeSync: { scope: 'nothing', needsTransactions: true, inputs: ({ oaId }) => [{ oaId, sessionId: 'none', source: 'a' }] },
  writeSyncPage: {
    scope: 'nothing',
    needsTransactions: true,
    inputs: () => [{ sessionId: 'none', expectedPages: 0, conversations: [], phase: 'list', cursor: null }],
  },
  failSync: { scope: 'nothing', needsTransactions: true, inputs: () => [{ sessionId: 'none', error: { code: 'CODE', message: 'why' } }] },
  findSyncSession: { scope: 'nothing', inputs: () => [{ sessionId: 'none' }] },
  listSyncSessions: { scope: 'nothing', inputs: ({ oaId }) => [{ oaId, limit }] },
  syncStatistics: { scope: 'nothing', inputs: () => [{ limit }] },
  beginInboxMigration: {
    scope: 'inbox',
    needsTransactions: true,
    inputs: ({ oaId }, side) => [{ sourceOaId: oaId, destinationOaId: 'none', onActiveConflict: 'skip', userId: side }],
  },
  // A migration has an id of the library's own, which no preparation knows. Cases of the contract race its batches.
  undoInboxMigration: { scope: 'nothing', needsTransactions: true, inputs: () => [{ migrationId: 'none' }] },
  moveInboxBatch: { scope: 'nothing', needsTransactions: true, inputs: () => [{ migrationId: 'none', expectedBatches: 0 }] },
  endInboxMigration: { scope: 'nothing', needsTransactions: true, inputs: () => [{ migrationId: 'none', as: 'cancelled' }] },
  findInboxMigration: { scope: 'nothing', inputs: () => [{ migrationId: 'none' }] },
  listInboxMigrations: { scope: 'nothing', inputs: ({ oaId }) => [{ sourceOaId: oaId, limit }] },
  previewInboxMove: { scope: 'nothing', inputs: ({ oaId }) => [{ sourceOaId: oaId, destinationOaId: 'none' }] },
  findConversation: { scope: 'nothing', inputs: (names) => [{ conversationId: latest(names) }] },
  findByOaAndCustomer: { scope: 'nothing', inputs: (names) => [first(names), { ...second(names), status: 'any' }] },
  findByOa: { scope: 'nothing', inputs: ({ oaId }) => [{ oaId, limit }] },
  findByChatbotId: { scope: 'nothing', inputs: () => [{ chatbotId: 'a', limit }] },
  listConversations: { scope: 'nothing', inputs: (names) => [{ limit }, { status: 'active', limit }, { ...first(names), limit }] },
  countConversations: { scope: 'nothing', inputs: (names) => [{}, { status: 'active' }, first(names)] },
  findMessage: { scope: 'nothing', inputs: (names) => [{ ...first(names), messageId: 'both' }] },
  listMessages: { scope: 'nothing', inputs: (names) => [{ conversationId: latest(names), limit }] },
  listEvents: { scope: 'nothing', inputs: (names) => [{ conversationId: latest(names), limit }] },
  findContact: { scope: 'nothing', inputs: (names) => [first(names), second(names)] },
  listInboxes: { scope: 'nothing', inputs: () => [{ limit }] },
  findInboxOwner: { scope: 'nothing', inputs: ({ oaId }) => [{ oaId, channel: 'sms' }] },
  acquireLease: { scope: 'lease', inputs: ({ oaId }, side) => [{ kind: 'sync', key: oaId, holder: side, ttlMs: leaseMs }] },
  renewLease: { scope: 'lease', inputs: ({ oaId }) => [{ kind: 'sync', key: oaId, token: 1, ttlMs: leaseMs }] },
  releaseLease: { scope: 'lease', inputs: ({ oaId }) => [{ kind: 'sync', key: oaId, token: 1 }] },
  listLeases: { scope: 'nothing', inputs: () => [{ limit }] },
  keepWebhook: {
    scope: 'journal',
    inputs: (_, side) => [{ channel: 'sms', body: JSON.stringify({ side }), retainMs: 60_000, holder: side, claimMs: leaseMs }],
  },
  takeWebhooks: {
    scope: 'journal',
    inputs: (names, side) => [
      { holder: side, claimMs: leaseMs },
      { holder: side, claimMs: leaseMs, ids: [webhook(names, 1)] },
      { holder: side, claimMs: leaseMs, ids: [webhook(names, 2)] },
    ],
  },
  renewWebhook: {
    scope: 'journal',
    inputs: (names) => [0, 2].flatMap((index) => [1, 2].map((token) => ({ id: webhook(names, index), token, claimMs: leaseMs }))),
  },
  settleWebhook: {
    scope: 'journal',
    inputs: (names, side) => [
      { id: webhook(names, 0), token: 1, outcome: 'partial', report: { side } },
      { id: webhook(names, 2), token: 1, outcome: 'failed', report: { side } },
      { id: webhook(names, 2), token: 1, outcome: 'waiting', report: { side }, retryInMs: 0 },
    ],
  },
  clearWebhooks: { scope: 'journal', inputs: () => [{ limit }] },
  findWebhook: { scope: 'nothing', inputs: (names) => [{ id: webhook(names, 2) }] },
  listWebhooks: { scope: 'nothing', inputs: () => [{ limit }] },
}
