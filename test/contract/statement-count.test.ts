import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { onServer, recordStatements, scratchPool } from '../postgres/scratch-schema.js'

const customer = { oaId: 'page', customerId: 'lan' }
const messages = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ type: 'message', messageId: `m${from + n}`, text: 'hello' }) as const)

describe('on PostgreSQL a hot write is one statement, which is one round trip:', () => {
  const counted = async (
    write: (account: Account) => Promise<unknown>,
    before: (account: Account) => Promise<unknown> = async () => {},
  ) => {
    const pool = scratchPool()
    const { adapter } = await onServer({ pool })
    const account = createConversationStore({ adapter }).forAccount('acme')
    await before(account)
    const sent = recordStatements(pool)
    await write(account)
    return sent
  }

  const writes: Readonly<
    Record<string, { before?: (account: Account) => Promise<unknown>; write: (account: Account) => Promise<unknown> }>
  > = {
    'a conversation’s creation': { write: (account) => account.upsertConversation({ ...customer, nickname: 'Lan' }) },
    'a patch by upsert': {
      before: (account) => account.upsertConversation(customer),
      write: (account) => account.upsertConversation({ ...customer, nickname: 'Lan' }),
    },
    'an upsert that changes nothing': {
      before: (account) => account.upsertConversation(customer),
      write: (account) => account.upsertConversation(customer),
    },
    'a customer’s first messages': { write: (account) => account.upsertConversationWithEvents({ ...customer, events: messages(1, 5) }) },
    'five more messages': {
      before: (account) => account.upsertConversationWithEvents({ ...customer, events: messages(1, 5) }),
      write: (account) => account.upsertConversationWithEvents({ ...customer, events: messages(6, 5) }),
    },
    'a replay': {
      before: (account) => account.upsertConversationWithEvents({ ...customer, events: messages(1, 5) }),
      write: (account) => account.upsertConversationWithEvents({ ...customer, events: messages(1, 5) }),
    },
    'an edit, a reaction, a receipt and a deletion': {
      before: (account) => account.upsertConversationWithEvents({ ...customer, events: messages(1, 1) }),
      write: (account) =>
        account.upsertConversationWithEvents({
          ...customer,
          events: [
            { type: 'message_edit', targetMessageId: 'm1', text: 'hi' },
            { type: 'reaction', targetMessageId: 'm1', emoji: '👍' },
            { type: 'receipt', status: 'read', messageIds: ['m1', 'm2'] },
            { type: 'message_delete', targetMessageId: 'm1' },
          ],
        }),
    },
    '500 conversations with 5 messages each': {
      write: (account) =>
        account.bulkUpsertConversationsWithEvents({
          conversations: Array.from({ length: 500 }, (_, n) => ({ oaId: 'page', customerId: `c${n}`, events: messages(1, 5) })),
        }),
    },
    'reading all': {
      before: (account) => account.upsertConversationWithEvents({ ...customer, events: messages(1, 5) }),
      write: (account) => account.markRead(customer),
    },
    'reading up to a message': {
      before: (account) => account.upsertConversationWithEvents({ ...customer, events: messages(1, 5) }),
      write: (account) => account.markRead({ ...customer, seq: 3 }),
    },
    'reading up to a time': {
      before: (account) => account.upsertConversationWithEvents({ ...customer, events: messages(1, 5) }),
      write: (account) => account.markRead({ ...customer, upToTime: new Date('2030-01-01') }),
    },
  }
  for (const [title, { write, before }] of Object.entries(writes))
    test(title, async () => {
      const sent = await counted(write, before)
      equal(sent.length, 1, `sent ${sent.map(({ text }) => text.slice(0, 60)).join(' | ')}`)
    })

  test('nothing is sent for an empty batch', async () => {
    deepEqual(await counted((account) => account.bulkUpsertConversationsWithEvents({ conversations: [] })), [])
  })
})

type Account = ReturnType<ReturnType<typeof createConversationStore>['forAccount']>

describe('on PostgreSQL every verb is one statement:', () => {
  const { oaId } = customer
  const until = new Date('2030-01-01')
  const lease = { kind: 'sync', key: oaId }
  const verbs: Readonly<Record<Exclude<keyof Account, 'accountId'>, (account: Account, conversationId: string) => PromiseLike<unknown>>> = {
    upsertConversation: (account) => account.upsertConversation({ ...customer, nickname: 'Lan' }),
    upsertConversationWithEvents: (account) => account.upsertConversationWithEvents({ ...customer, events: messages(6, 1) }),
    bulkUpsertConversationsWithEvents: (account) => account.bulkUpsertConversationsWithEvents({ conversations: [customer] }),
    updateConversation: (account) => account.updateConversation({ ...customer, customerName: 'Lan' }),
    updateNickname: (account) => account.updateNickname({ ...customer, nickname: 'Lan' }),
    markRead: (account) => account.markRead(customer),
    markUnread: (account) => account.markUnread(customer),
    closeConversation: (account) => account.closeConversation(customer),
    snoozeConversation: (account) => account.snoozeConversation({ ...customer, until }),
    reopenConversation: (account) => account.reopenConversation({ oaId, customerId: 'mai' }),
    wakeDue: (account) => account.wakeDue(),
    sweep: (account) => account.sweep(),
    // Of a message that is there, a second one applies it.
    applyReceipt: (account) => account.applyReceipt({ oaId, status: 'read', messageIds: ['unknown'] }),
    mergeConversations: (account) => account.mergeConversations({ keep: customer, lose: { oaId, customerId: 'hoa' } }),
    mergeContacts: (account) => account.mergeContacts({ keep: customer, lose: { oaId, customerId: 'hoa' } }),
    unmergeContacts: (account) => account.unmergeContacts({ mergeId: 'unknown' }).catch(() => null),
    unmergeConversations: (account) => account.unmergeConversations({ mergeId: 'unknown' }).catch(() => null),
    linkCustomerIds: (account) =>
      account.linkCustomerIds({
        oaId,
        identities: [
          { id: customer.customerId, kind: 'phone' },
          { id: 'user', kind: 'user_id' },
        ],
      }),
    findConversation: (account, conversationId) => account.findConversation({ conversationId }),
    findByOaAndCustomer: (account) => account.findByOaAndCustomer(customer),
    findByOa: (account) => account.findByOa({ oaId }),
    findByChatbotId: (account) => account.findByChatbotId({ chatbotId: 'bot' }),
    listConversations: (account) => account.listConversations({ status: 'active' }),
    countConversations: (account) => account.countConversations({ status: 'active' }),
    findMessage: (account) => account.findMessage({ ...customer, messageId: 'm1' }),
    listMessages: (account, conversationId) => account.listMessages({ conversationId }),
    listEvents: (account, conversationId) => account.listEvents({ conversationId }),
    findContact: (account) => account.findContact(customer),
    updateContact: (account) => account.updateContact({ ...customer, name: 'Lan' }),
    connectInbox: (account) => account.connectInbox({ oaId: 'other', channel: 'zalo' }),
    disconnectInbox: (account) => account.disconnectInbox({ oaId }),
    recordHistoryProgress: (account) => account.recordHistoryProgress({ oaId, progress: 1 }),
    listInboxes: (account) => account.listInboxes(),
    acquireLease: (account) => account.acquireLease({ ...lease, holder: 'host', ttlMs: 60_000 }),
    renewLease: (account) => account.renewLease({ ...lease, token: 1, ttlMs: 60_000 }).catch(() => null),
    releaseLease: (account) => account.releaseLease({ ...lease, token: 1 }),
    listLeases: (account) => account.listLeases({ kind: 'sync' }),
    beginSync: (account) => account.beginSync({ oaId, source: 'export' }),
    resumeSync: (account) => account.resumeSync({ sessionId: 'unknown', oaId, source: 'export' }).catch(() => null),
    writeSyncPage: (account) =>
      account.writeSyncPage({ sessionId: 'unknown', expectedPages: 0, conversations: [], phase: 'list', cursor: null }).catch(() => null),
    failSync: (account) => account.failSync({ sessionId: 'unknown', error: { code: 'CODE', message: 'why' } }).catch(() => null),
    findSyncSession: (account) => account.findSyncSession({ sessionId: 'unknown' }),
    listSyncSessions: (account) => account.listSyncSessions({ oaId }),
    syncStatistics: (account) => account.syncStatistics({ oaId }),
    beginInboxMigration: (account) =>
      account.beginInboxMigration({ sourceOaId: oaId, destinationOaId: 'unknown', onActiveConflict: 'skip' }).catch(() => null),
    undoInboxMigration: (account) => account.undoInboxMigration({ migrationId: 'unknown' }).catch(() => null),
    moveInboxBatch: (account) => account.moveInboxBatch({ migrationId: 'unknown', expectedBatches: 0 }).catch(() => null),
    endInboxMigration: (account) => account.endInboxMigration({ migrationId: 'unknown', as: 'cancelled' }).catch(() => null),
    findInboxMigration: (account) => account.findInboxMigration({ migrationId: 'unknown' }),
    listInboxMigrations: (account) => account.listInboxMigrations({ sourceOaId: oaId }),
    previewInboxMove: (account) => account.previewInboxMove({ sourceOaId: oaId, destinationOaId: 'unknown' }),
  }

  test('of an account, and of the store', async () => {
    const pool = scratchPool()
    const { adapter } = await onServer({ pool })
    const store = createConversationStore({ adapter })
    const sent = recordStatements(pool)
    const counts: Record<string, number> = {}
    for (const [verb, call] of Object.entries(verbs)) {
      const account = store.forAccount(verb)
      await account.connectInbox({ oaId, channel: verb })
      const { conversation } = await account.upsertConversationWithEvents({ ...customer, events: messages(1, 5) })
      await account.upsertConversation({ oaId, customerId: 'mai' })
      await account.closeConversation({ oaId, customerId: 'mai' })
      await account.upsertConversation({ oaId, customerId: 'hoa' })
      sent.length = 0
      await call(account, conversation?.id ?? '')
      counts[verb] = sent.length
    }
    sent.length = 0
    deepEqual(await store.findInboxOwner({ channel: 'markRead', oaId }).then((owner) => owner?.accountId), 'markRead')
    counts.findInboxOwner = sent.length
    // A page is a transaction: where its session is not there, it begins, looks for the session, and rolls back. So is
    // how far a history is: it begins, changes the inbox, moves the session, and commits.
    // A sweep has a statement for events and one for sessions, and takes effect as one.
    // The moves of inboxes are transactions too. Here they begin, find nothing to move, and roll back.
    const moves = { beginInboxMigration: 4, undoInboxMigration: 3, moveInboxBatch: 3, endInboxMigration: 3 }
    const transactions = { writeSyncPage: 3, recordHistoryProgress: 4, sweep: 4, ...moves }
    deepEqual(counts, { ...Object.fromEntries(Object.keys(counts).map((verb) => [verb, 1])), ...transactions })
  })
})
