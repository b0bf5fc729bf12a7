import type { Conversation } from '../../src/model/records.js'
import type {
  ConversationAdapter,
  ConversationOperations,
  OperationName,
  UpsertConversations,
  UpsertResult,
} from '../../src/store/adapter.js'

type InputOf<V extends OperationName> = Parameters<ConversationOperations[V]>[0]

export interface RecordingAdapter extends ConversationAdapter {
  readonly calls: readonly { readonly verb: OperationName; readonly input: unknown }[]
  /** The inputs of the calls of one operation, in the order of the calls. */
  sent<V extends OperationName>(verb: V): readonly InputOf<V>[]
  readonly closings: number
}

export type Answers = { [V in OperationName]?: (input: InputOf<V>, attempt: number) => unknown }

/** An adapter without a database. It records what the core sends, and gives the answers that the test sets. */
export function recordingAdapter(answers: Answers = {}): RecordingAdapter {
  const calls: { verb: OperationName; input: unknown }[] = []
  let closings = 0
  const sent = <V extends OperationName>(verb: V) => calls.filter((call) => call.verb === verb).map(({ input }) => input as InputOf<V>)
  // The types of a test's answers are not checked, because a test may answer what no adapter would.
  const answer =
    <V extends OperationName>(verb: V, usual: (input: InputOf<V>) => unknown) =>
    async (input: InputOf<V>): Promise<never> => {
      calls.push({ verb, input })
      const told: Answers[V] = answers[verb]
      return (told === undefined ? usual(input) : told(input, sent(verb).length)) as never
    }
  const change = answerWith({ outcome: 'updated', conversation })
  const page = answerWith({ items: [], hasMore: false })
  const operations: ConversationOperations = {
    upsertConversations: answer('upsertConversations', upserted),
    updateConversation: answer('updateConversation', change),
    closeConversation: answer('closeConversation', change),
    snoozeConversation: answer('snoozeConversation', change),
    reopenConversation: answer('reopenConversation', change),
    markRead: answer('markRead', change),
    markUnread: answer('markUnread', change),
    wakeDue: answer('wakeDue', answerWith([])),
    mergeConversations: answer('mergeConversations', answerWith({ outcome: 'merged', mergeId: 'merge', conversation })),
    unmergeConversations: answer('unmergeConversations', answerWith({ outcome: 'unmerged', kept: conversation, restored: conversation })),
    mergeContacts: answer('mergeContacts', answerWith({ outcome: 'merged', mergeId: 'merge', contact: { id: 'contact' } })),
    unmergeContacts: answer('unmergeContacts', answerWith({ outcome: 'unmerged', kept: { id: 'contact' }, restored: { id: 'other' } })),
    findRedirect: answer('findRedirect', answerWith(null)),
    linkCustomerIds: answer('linkCustomerIds', answerWith({ outcome: 'linked', identities: [], conflicts: [] })),
    sweep: answer('sweep', answerWith({ expiredEvents: 0, more: false })),
    findConversation: answer('findConversation', answerWith(null)),
    findByOaAndCustomer: answer('findByOaAndCustomer', answerWith(null)),
    listConversations: answer('listConversations', page),
    countConversations: answer('countConversations', answerWith(0)),
    findReceivers: answer('findReceivers', answerWith([])),
    findMessage: answer('findMessage', answerWith(null)),
    listMessages: answer('listMessages', page),
    listEvents: answer('listEvents', page),
    findContact: answer('findContact', answerWith(null)),
    updateContact: answer('updateContact', answerWith({ id: 'contact' })),
    connectInbox: answer('connectInbox', answerWith({ id: 'inbox' })),
    disconnectInbox: answer('disconnectInbox', answerWith({ id: 'inbox' })),
    recordHistoryProgress: answer('recordHistoryProgress', answerWith({ id: 'inbox' })),
    listInboxes: answer('listInboxes', page),
    findInboxOwner: answer('findInboxOwner', answerWith(null)),
    acquireLease: answer('acquireLease', answerWith({ acquired: true, lease })),
    renewLease: answer('renewLease', answerWith(lease)),
    releaseLease: answer('releaseLease', answerWith(undefined)),
    listLeases: answer('listLeases', page),
    listAllLeases: answer('listAllLeases', page),
    releaseExpiredLeases: answer('releaseExpiredLeases', answerWith(0)),
    keepWebhook: answer('keepWebhook', answerWith(now)),
    takeWebhooks: answer('takeWebhooks', answerWith([])),
    renewWebhook: answer('renewWebhook', answerWith(true)),
    settleWebhook: answer('settleWebhook', answerWith(true)),
    findWebhook: answer('findWebhook', answerWith(null)),
    listWebhooks: answer('listWebhooks', page),
    clearWebhooks: answer('clearWebhooks', answerWith({ cleared: 0, more: false })),
    beginSync: answer('beginSync', answerWith(syncSession)),
    resumeSync: answer('resumeSync', answerWith(syncSession)),
    writeSyncPage: answer('writeSyncPage', answerWith(syncSession)),
    failSync: answer('failSync', answerWith(syncSession)),
    findSyncSession: answer('findSyncSession', answerWith(null)),
    listSyncSessions: answer('listSyncSessions', page),
    syncStatistics: answer('syncStatistics', page),
    findSyncAccounts: answer('findSyncAccounts', answerWith([])),
    beginInboxMigration: answer('beginInboxMigration', answerWith(inboxMigration)),
    undoInboxMigration: answer('undoInboxMigration', answerWith(inboxMigration)),
    moveInboxBatch: answer('moveInboxBatch', answerWith(inboxMigration)),
    endInboxMigration: answer('endInboxMigration', answerWith(inboxMigration)),
    findInboxMigration: answer('findInboxMigration', answerWith(null)),
    listInboxMigrations: answer('listInboxMigrations', page),
    previewInboxMove: answer('previewInboxMove', answerWith({ known: [], next: null })),
    findInboxMigrationAccounts: answer('findInboxMigrationAccounts', answerWith([])),
    findWebhookAccounts: answer('findWebhookAccounts', answerWith([])),
  }
  return {
    name: 'recording',
    calls,
    sent,
    get closings() {
      return closings
    },
    operations,
    using: () => operations,
    migrate: async () => ({ applied: [], schema: 1 }),
    checkSchema: async () => ({ ok: true, schema: 1, missing: [], different: [] }),
    close: async () => {
      closings += 1
    },
  }
}

function answerWith(value: unknown): () => unknown {
  return () => value
}

const now = new Date('2024-05-02T12:00:00.000Z')
export const conversation: Conversation = {
  id: 'conversation',
  accountId: 'acme',
  oaId: 'page',
  customerId: 'customer',
  recipientId: 'customer',
  identities: [{ id: 'customer', kind: null, formerSince: null }],
  contactId: 'contact',
  channel: 'api',
  status: 'open',
  version: 0,
  nickname: null,
  customerName: null,
  customerUsername: null,
  chatbotId: null,
  unreadCount: 0,
  lastSeq: 0,
  readSeq: 0,
  lastMessageAt: null,
  lastMessagePreview: null,
  lastInboundAt: null,
  waitingSince: null,
  lastActivityAt: now,
  statusChangedAt: now,
  windowExpiresAt: null,
  snoozedUntil: null,
  closedAt: null,
  metadata: null,
  createdAt: now,
  updatedAt: now,
}

const lease = { kind: 'sync', key: 'page', holder: 'host', token: 1, since: now, expiresAt: now, expiresInMs: 0 }

const syncSession = { sessionId: 'session', accountId: 'acme', oaId: 'page', status: 'running', pages: 0 }

const inboxMigration = { id: 'migration', accountId: 'acme', sourceOaId: 'page', destinationOaId: 'other', status: 'queued', batches: 0 }

function upserted({ items }: UpsertConversations): readonly UpsertResult[] {
  return items.map(({ events }) => ({ ok: true, outcome: 'created', conversation, events: events.map(() => 'stored'), conflicts: [] }))
}
