import type { ConversationOperations } from '../store/adapter.js'
import type { PostgresContext } from './context.js'
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

/** The operations of the port, each bound to a connection or to the host's transaction. */
export function postgresOperations(context: PostgresContext): ConversationOperations {
  return {
    upsertConversations: (input) => upsertConversations(context, input),
    updateConversation: (input) => updateConversation(context, input),
    closeConversation: (input) => closeConversation(context, input),
    snoozeConversation: (input) => snoozeConversation(context, input),
    reopenConversation: (input) => reopenConversation(context, input),
    markRead: (input) => markRead(context, input),
    markUnread: (input) => markUnread(context, input),
    wakeDue: (input) => wakeDue(context, input),
    sweep: (input) => sweep(context, input),
    findConversation: (input) => findConversation(context, input),
    findByOaAndCustomer: (input) => findByOaAndCustomer(context, input),
    listConversations: (input) => listConversations(context, input),
    countConversations: (input) => countConversations(context, input),
    findReceivers: (input) => findReceivers(context, input),
    findMessage: (input) => findMessage(context, input),
    listMessages: (input) => listMessages(context, input),
    listEvents: (input) => listEvents(context, input),
    findContact: (input) => findContact(context, input),
    updateContact: (input) => updateContact(context, input),
    mergeConversations: (input) => mergeConversations(context, input),
    unmergeConversations: (input) => unmergeConversations(context, input),
    mergeContacts: (input) => mergeContacts(context, input),
    unmergeContacts: (input) => unmergeContacts(context, input),
    findRedirect: (input) => findRedirect(context, input),
    linkCustomerIds: (input) => linkCustomerIds(context, input),
    connectInbox: (input) => connectInbox(context, input),
    disconnectInbox: (input) => disconnectInbox(context, input),
    recordHistoryProgress: (input) => recordHistoryProgress(context, input),
    listInboxes: (input) => listInboxes(context, input),
    findInboxOwner: (input) => findInboxOwner(context, input),
    acquireLease: (input) => acquireLease(context, input),
    renewLease: (input) => renewLease(context, input),
    releaseLease: (input) => releaseLease(context, input),
    listLeases: (input) => listLeases(context, input),
    listAllLeases: (input) => listAllLeases(context, input),
    releaseExpiredLeases: (input) => releaseExpiredLeases(context, input),
    keepWebhook: (input) => keepWebhook(context, input),
    takeWebhooks: (input) => takeWebhooks(context, input),
    renewWebhook: (input) => renewWebhook(context, input),
    settleWebhook: (input) => settleWebhook(context, input),
    findWebhook: (input) => findWebhook(context, input),
    listWebhooks: (input) => listWebhooks(context, input),
    clearWebhooks: (input) => clearWebhooks(context, input),
    findWebhookAccounts: (input) => findWebhookAccounts(context, input),
    beginSync: (input) => beginSync(context, input),
    resumeSync: (input) => resumeSync(context, input),
    writeSyncPage: (input) => writeSyncPage(context, input),
    failSync: (input) => failSync(context, input),
    findSyncSession: (input) => findSyncSession(context, input),
    listSyncSessions: (input) => listSyncSessions(context, input),
    syncStatistics: (input) => syncStatistics(context, input),
    findSyncAccounts: (input) => findSyncAccounts(context, input),
    beginInboxMigration: (input) => beginInboxMigration(context, input),
    undoInboxMigration: (input) => undoInboxMigration(context, input),
    moveInboxBatch: (input) => moveInboxBatch(context, input),
    endInboxMigration: (input) => endInboxMigration(context, input),
    findInboxMigration: (input) => findInboxMigration(context, input),
    listInboxMigrations: (input) => listInboxMigrations(context, input),
    previewInboxMove: (input) => previewInboxMove(context, input),
    findInboxMigrationAccounts: (input) => findInboxMigrationAccounts(context, input),
  }
}
