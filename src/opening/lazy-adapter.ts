import { ConversationStoreError } from '../model/errors.js'
import type { ConversationAdapter, ConversationOperations, OperationName } from '../store/adapter.js'

/** Returns an adapter that opens its database with the first call that needs it, and closes it in `close()`. */
export function lazyAdapter(name: string, open: () => Promise<ConversationAdapter>): ConversationAdapter {
  let opening: Promise<ConversationAdapter> | undefined
  let closed = false
  const adapter = async (): Promise<ConversationAdapter> => {
    // A call may have begun before the store was closed. Nobody would close what that call opened now.
    if (closed && opening === undefined) throw new ConversationStoreError('STORE_CLOSED', {})
    const opened =
      opening ??
      open().catch((error: unknown) => {
        // The next call tries again, because by then the server may be up or the directory free.
        opening = undefined
        throw error
      })
    opening = opened
    return opened
  }

  return {
    name,
    operations: forwarding(async () => (await adapter()).operations),
    using: (transaction) => forwarding(async () => (await adapter()).using(transaction)),
    migrate: async (options) => (await adapter()).migrate(options),
    checkSchema: async () => (await adapter()).checkSchema(),
    async close() {
      closed = true
      // A database that could not be opened needs no closing.
      const opened = await opening?.catch(() => undefined)
      await opened?.close()
    },
  }
}

const operationNames: Readonly<Record<OperationName, true>> = {
  upsertConversations: true,
  updateConversation: true,
  closeConversation: true,
  snoozeConversation: true,
  reopenConversation: true,
  markRead: true,
  markUnread: true,
  wakeDue: true,
  mergeConversations: true,
  unmergeConversations: true,
  mergeContacts: true,
  unmergeContacts: true,
  findRedirect: true,
  linkCustomerIds: true,
  sweep: true,
  findConversation: true,
  findByOaAndCustomer: true,
  listConversations: true,
  countConversations: true,
  findReceivers: true,
  findMessage: true,
  listMessages: true,
  listEvents: true,
  findContact: true,
  updateContact: true,
  connectInbox: true,
  disconnectInbox: true,
  recordHistoryProgress: true,
  listInboxes: true,
  findInboxOwner: true,
  acquireLease: true,
  renewLease: true,
  releaseLease: true,
  listLeases: true,
  listAllLeases: true,
  releaseExpiredLeases: true,
  keepWebhook: true,
  takeWebhooks: true,
  renewWebhook: true,
  settleWebhook: true,
  findWebhook: true,
  listWebhooks: true,
  clearWebhooks: true,
  findWebhookAccounts: true,
  beginSync: true,
  resumeSync: true,
  writeSyncPage: true,
  failSync: true,
  findSyncSession: true,
  listSyncSessions: true,
  syncStatistics: true,
  findSyncAccounts: true,
  beginInboxMigration: true,
  undoInboxMigration: true,
  moveInboxBatch: true,
  endInboxMigration: true,
  findInboxMigration: true,
  listInboxMigrations: true,
  previewInboxMove: true,
  findInboxMigrationAccounts: true,
}

function forwarding(operations: () => Promise<ConversationOperations>): ConversationOperations {
  const names = Object.keys(operationNames) as OperationName[]
  const calls = names.map((name) => [name, async (input: never) => (await operations())[name](input)])
  return Object.fromEntries(calls) as ConversationOperations
}
