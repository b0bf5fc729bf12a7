import { ConversationStoreError } from '../model/errors.js'
import type { ConversationAdapter, ConversationOperations } from '../store/adapter.js'
import { refuseServingRoles } from '../store/refuse-serving-roles.js'
import type { MemoryDatabase } from './database.js'
import { acquireLease } from './operations/acquire-lease.js'
import { beginInboxMigration } from './operations/begin-inbox-migration.js'
import { beginSync } from './operations/begin-sync.js'
import { clearWebhooks } from './operations/clear-webhooks.js'
import { closeConversation } from './operations/close-conversation.js'
import { connectInbox } from './operations/connect-inbox.js'
import { countConversations } from './operations/count-conversations.js'
import { disconnectInbox } from './operations/disconnect-inbox.js'
import { endInboxMigration } from './operations/end-inbox-migration.js'
import { failSync } from './operations/fail-sync.js'
import { findByOaAndCustomer } from './operations/find-by-oa-and-customer.js'
import { findContact } from './operations/find-contact.js'
import { findConversation } from './operations/find-conversation.js'
import { findInboxMigration } from './operations/find-inbox-migration.js'
import { findInboxMigrationAccounts } from './operations/find-inbox-migration-accounts.js'
import { findInboxOwner } from './operations/find-inbox-owner.js'
import { findMessage } from './operations/find-message.js'
import { findReceivers } from './operations/find-receivers.js'
import { findRedirect } from './operations/find-redirect.js'
import { findSyncAccounts } from './operations/find-sync-accounts.js'
import { findSyncSession } from './operations/find-sync-session.js'
import { findWebhook } from './operations/find-webhook.js'
import { findWebhookAccounts } from './operations/find-webhook-accounts.js'
import { keepWebhook } from './operations/keep-webhook.js'
import { linkCustomerIds } from './operations/link-customer-ids.js'
import { listAllLeases } from './operations/list-all-leases.js'
import { listConversations } from './operations/list-conversations.js'
import { listEvents } from './operations/list-events.js'
import { listInboxMigrations } from './operations/list-inbox-migrations.js'
import { listInboxes } from './operations/list-inboxes.js'
import { listLeases } from './operations/list-leases.js'
import { listMessages } from './operations/list-messages.js'
import { listSyncSessions } from './operations/list-sync-sessions.js'
import { listWebhooks } from './operations/list-webhooks.js'
import { markRead } from './operations/mark-read.js'
import { markUnread } from './operations/mark-unread.js'
import { mergeContacts } from './operations/merge-contacts.js'
import { mergeConversations } from './operations/merge-conversations.js'
import { moveInboxBatch } from './operations/move-inbox-batch.js'
import { previewInboxMove } from './operations/preview-inbox-move.js'
import { recordHistoryProgress } from './operations/record-history-progress.js'
import { releaseExpiredLeases } from './operations/release-expired-leases.js'
import { releaseLease } from './operations/release-lease.js'
import { renewLease } from './operations/renew-lease.js'
import { renewWebhook } from './operations/renew-webhook.js'
import { reopenConversation } from './operations/reopen-conversation.js'
import { resumeSync } from './operations/resume-sync.js'
import { settleWebhook } from './operations/settle-webhook.js'
import { snoozeConversation } from './operations/snooze-conversation.js'
import { sweep } from './operations/sweep.js'
import { syncStatistics } from './operations/sync-statistics.js'
import { takeWebhooks } from './operations/take-webhooks.js'
import { undoInboxMigration } from './operations/undo-inbox-migration.js'
import { unmergeContacts } from './operations/unmerge-contacts.js'
import { unmergeConversations } from './operations/unmerge-conversations.js'
import { updateContact } from './operations/update-contact.js'
import { updateConversation } from './operations/update-conversation.js'
import { upsertConversations } from './operations/upsert-conversations.js'
import { wakeDue } from './operations/wake-due.js'
import { writeSyncPage } from './operations/write-sync-page.js'
import { requireLease } from './require-lease.js'

/** There is only one schema. The number exists for hosts that compare it. */
const schema = 1
const missing = ['table conversations', 'table inbox_owners']

/**
 * Creates an adapter on a database of this process. Every call is complete before it returns its promise, so calls take
 * effect in the order in which they are made.
 */
export function createMemoryAdapter(database: MemoryDatabase): ConversationAdapter {
  const migrated =
    <I extends object, R>(operation: (database: MemoryDatabase, input: I) => R) =>
    async (input: I): Promise<R> => {
      // A host's unit tests would otherwise not notice a `migrate()` that was forgotten.
      if (!database.isMigrated) throw new ConversationStoreError('SCHEMA_OUT_OF_DATE', { missing })
      requireLease(database, input)
      return operation(database, input)
    }
  const operations: ConversationOperations = {
    upsertConversations: migrated(upsertConversations),
    updateConversation: migrated(updateConversation),
    closeConversation: migrated(closeConversation),
    snoozeConversation: migrated(snoozeConversation),
    reopenConversation: migrated(reopenConversation),
    markRead: migrated(markRead),
    markUnread: migrated(markUnread),
    wakeDue: migrated(wakeDue),
    mergeConversations: migrated(mergeConversations),
    unmergeConversations: migrated(unmergeConversations),
    mergeContacts: migrated(mergeContacts),
    unmergeContacts: migrated(unmergeContacts),
    findRedirect: migrated(findRedirect),
    linkCustomerIds: migrated(linkCustomerIds),
    sweep: migrated(sweep),
    findConversation: migrated(findConversation),
    findByOaAndCustomer: migrated(findByOaAndCustomer),
    listConversations: migrated(listConversations),
    countConversations: migrated(countConversations),
    findReceivers: migrated(findReceivers),
    findMessage: migrated(findMessage),
    listMessages: migrated(listMessages),
    listEvents: migrated(listEvents),
    findContact: migrated(findContact),
    updateContact: migrated(updateContact),
    connectInbox: migrated(connectInbox),
    disconnectInbox: migrated(disconnectInbox),
    recordHistoryProgress: migrated(recordHistoryProgress),
    listInboxes: migrated(listInboxes),
    findInboxOwner: migrated(findInboxOwner),
    acquireLease: migrated(acquireLease),
    renewLease: migrated(renewLease),
    releaseLease: migrated(releaseLease),
    listLeases: migrated(listLeases),
    listAllLeases: migrated(listAllLeases),
    releaseExpiredLeases: migrated(releaseExpiredLeases),
    keepWebhook: migrated(keepWebhook),
    takeWebhooks: migrated(takeWebhooks),
    renewWebhook: migrated(renewWebhook),
    settleWebhook: migrated(settleWebhook),
    findWebhook: migrated(findWebhook),
    listWebhooks: migrated(listWebhooks),
    clearWebhooks: migrated(clearWebhooks),
    findWebhookAccounts: migrated(findWebhookAccounts),
    beginSync: migrated(beginSync),
    resumeSync: migrated(resumeSync),
    writeSyncPage: migrated(writeSyncPage),
    failSync: migrated(failSync),
    findSyncSession: migrated(findSyncSession),
    listSyncSessions: migrated(listSyncSessions),
    syncStatistics: migrated(syncStatistics),
    findSyncAccounts: migrated(findSyncAccounts),
    beginInboxMigration: migrated(beginInboxMigration),
    undoInboxMigration: migrated(undoInboxMigration),
    moveInboxBatch: migrated(moveInboxBatch),
    endInboxMigration: migrated(endInboxMigration),
    findInboxMigration: migrated(findInboxMigration),
    listInboxMigrations: migrated(listInboxMigrations),
    previewInboxMove: migrated(previewInboxMove),
    findInboxMigrationAccounts: migrated(findInboxMigrationAccounts),
  }
  return {
    name: 'memory',
    operations,
    using() {
      throw new ConversationStoreError('UNSUPPORTED', { operation: 'using(tx)', needs: 'PostgreSQL or MongoDB' })
    },
    async migrate(options = {}) {
      refuseServingRoles(options)
      const applied = database.isMigrated ? [] : missing
      database.isMigrated = true
      return { applied, schema }
    },
    async checkSchema() {
      const { isMigrated } = database
      return { ok: isMigrated, schema: isMigrated ? schema : 0, missing: isMigrated ? [] : missing, different: [] }
    },
    close: async () => {},
  }
}
