import type { AccountConversations } from '../store/account-conversations.js'
import type { CallOptions, CustomerKey, WriteOptions } from '../store/inputs.js'

export type AccountMethod = Exclude<keyof AccountConversations, 'accountId'>

type OptionName<M extends AccountMethod> =
  Parameters<AccountConversations[M]> extends [unknown?, (infer Options)?] ? keyof NonNullable<Options> : never

/** The methods that take `CallOptions` after their input. */
type ReadMethod = { [M in AccountMethod]: keyof CallOptions extends OptionName<M> ? M : never }[AccountMethod]

export type WriteMethod = Exclude<AccountMethod, ReadMethod>

/** A call of one method with a valid input. */
export interface SoundCall {
  readonly method: AccountMethod
  send(account: AccountConversations, options?: CallOptions & WriteOptions): PromiseLike<unknown>
}

type Inputs<M extends AccountMethod> = { readonly [N in M]: Parameters<AccountConversations[N]>[0] }

/**
 * A call of each method that writes, in the order of the interface. A method that is added without an input does not
 * compile.
 */
export function soundWrites(key: CustomerKey): readonly SoundCall[] {
  const inputs: Inputs<WriteMethod> = {
    upsertConversation: key,
    upsertConversationWithEvents: { ...key, events: [] },
    bulkUpsertConversationsWithEvents: { conversations: [key] },
    updateConversation: { ...key, nickname: 'x' },
    updateNickname: { ...key, nickname: 'x' },
    markRead: key,
    markUnread: key,
    closeConversation: key,
    snoozeConversation: { ...key, until: new Date('2100-01-01') },
    reopenConversation: key,
    wakeDue: {},
    mergeConversations: { keep: key, lose: { ...key, customerId: `other of ${key.customerId}` } },
    unmergeConversations: { mergeId: 'm' },
    mergeContacts: { keep: key, lose: { contactId: 'c' } },
    unmergeContacts: { mergeId: 'm' },
    linkCustomerIds: {
      oaId: key.oaId,
      identities: [
        { id: key.customerId, kind: 'phone' },
        { id: 'u', kind: 'user_id' },
      ],
    },
    applyReceipt: { oaId: key.oaId, status: 'read', messageIds: ['m'] },
    sweep: {},
    updateContact: { ...key, name: 'x' },
    connectInbox: { oaId: key.oaId, channel: 'sms' },
    disconnectInbox: { oaId: key.oaId },
    acquireLease: { kind: 'sync', key: key.oaId, holder: 'host', ttlMs: 60_000 },
    renewLease: { kind: 'sync', key: key.oaId, token: 1, ttlMs: 60_000 },
    releaseLease: { kind: 'sync', key: key.oaId, token: 1 },
    recordHistoryProgress: { oaId: key.oaId, progress: 1 },
    beginSync: { oaId: key.oaId, source: 'export' },
    resumeSync: { sessionId: 's', oaId: key.oaId, source: 'export' },
    writeSyncPage: { sessionId: 's', expectedPages: 0, conversations: [key], phase: 'list', cursor: null },
    failSync: { sessionId: 's', error: { code: 'CODE', message: 'why' } },
    beginInboxMigration: { sourceOaId: key.oaId, destinationOaId: `${key.oaId} too`, onActiveConflict: 'skip' },
    undoInboxMigration: { migrationId: 'm' },
    moveInboxBatch: { migrationId: 'm', expectedBatches: 0 },
    endInboxMigration: { migrationId: 'm', as: 'cancelled' },
  }
  return callsOf(inputs)
}

/** The calls of `soundWrites` that a lease can guard, and that reach the database whatever is there. */
export function guardableWrites(key: CustomerKey): readonly SoundCall[] {
  const others: readonly AccountMethod[] = ['acquireLease', 'renewLease', 'releaseLease', 'applyReceipt']
  return soundWrites(key).filter(({ method }) => !others.includes(method))
}

/** A call of each method that reads. A method that is added without an input does not compile. */
export function soundReads(key: CustomerKey): readonly SoundCall[] {
  const conversationId = 'c'
  const inputs: Inputs<ReadMethod> = {
    findConversation: { conversationId },
    findByOaAndCustomer: key,
    findByOa: { oaId: key.oaId },
    findByChatbotId: { chatbotId: 'b' },
    listConversations: {},
    countConversations: {},
    findMessage: { id: 'm' },
    listMessages: { conversationId },
    listEvents: { conversationId },
    findContact: key,
    listInboxes: {},
    listLeases: {},
    findSyncSession: { sessionId: 's' },
    listSyncSessions: {},
    syncStatistics: {},
    findInboxMigration: { migrationId: 'm' },
    listInboxMigrations: {},
    previewInboxMove: { sourceOaId: key.oaId, destinationOaId: `${key.oaId} too` },
  }
  return callsOf(inputs)
}

function callsOf(inputs: Partial<Inputs<AccountMethod>>): readonly SoundCall[] {
  return (Object.keys(inputs) as AccountMethod[]).map((method) => ({
    method,
    send: (account, options) => account[method](inputs[method] as never, options),
  }))
}
