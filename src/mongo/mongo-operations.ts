import { ConversationStoreError, isConversationStoreError } from '../model/errors.js'
import type { ConversationOperations, RecordHistoryProgress, WriteStamp } from '../store/adapter.js'
import type { Limited } from './call-limits.js'
import { type AdapterContext, contextOfCall, type MongoContext } from './context.js'
import { needsTransactions } from './deployment.js'
import type { MongoSession } from './driver.js'
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
import { findInboxRedirect, redirectInbox } from './operations/redirect-inbox.js'
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
import { hasLabel, translateError } from './translate-error.js'
import { underLease } from './under-lease.js'

/** Checks what has to be there before an operation. Each throws when it is not. */
export interface Requirements {
  requireSchema(): Promise<void>
  /** For the operations of the sync, without which a store may do. */
  requireSync(): Promise<void>
}

/** The operations over a context. Each one first checks the schema, and throws the library's own errors. */
export function mongoOperations(adapter: AdapterContext, { requireSchema, requireSync }: Requirements): ConversationOperations {
  const { session } = adapter
  const run = async <T>(operationId: string | null, limited: Limited, send: (context: MongoContext) => Promise<T>): Promise<T> => {
    const context = contextOfCall(adapter, limited)
    const { call } = context
    try {
      if (session !== null) await requireTransaction(context, session)
      await call.wait(requireSchema())
      return await send(context)
    } catch (error) {
      // The driver starts the host's transaction again only for an error that carries this label itself. An error that
      // wraps it would end the retries.
      if (session !== null && hasLabel(error, 'TransientTransactionError')) throw error
      throw translateError(error, { operationId, written: call.notes.written, isLate: call.isOver() })
    } finally {
      call.end()
    }
  }
  const read =
    <I extends Limited, R>(operation: (context: MongoContext, input: I) => Promise<R>) =>
    (input: I) =>
      run(null, input, (context) => operation(context, input)).catch((error: unknown) => {
        // The driver throws the signal's own reason, which can be any value.
        throw input.signal?.aborted ? new ConversationStoreError('ABORTED', {}, { cause: error }) : error
      })
  const write =
    <I extends Limited & WriteStamp, R>(operation: (context: MongoContext, input: I) => Promise<R>) =>
    (input: I) =>
      run(input.operationId, input, (context) => underLease(context, input, (inner) => operation(inner, input)))

  /**
   * Looks each time, because the collection may be dropped while this process runs. A page needs no look: it is written
   * only where its session is.
   */
  const syncing =
    <I extends Limited, R>(operation: (input: I) => Promise<R>) =>
    async (input: I) => {
      await run(null, input, ({ call }) => call.wait(requireSync()))
      return operation(input)
    }

  /** A store may do without the collection of sessions, and a write must not make it. */
  const hasSync = () =>
    run(null, {}, ({ call }) => call.wait(requireSync())).then(
      () => true,
      (error: unknown) => {
        if (isConversationStoreError(error, 'UNSUPPORTED')) return false
        throw error
      },
    )

  return {
    upsertConversations: write(upsertConversations),
    updateConversation: write(updateConversation),
    closeConversation: write(closeConversation),
    snoozeConversation: write(snoozeConversation),
    reopenConversation: write(reopenConversation),
    markRead: write(markRead),
    markUnread: write(markUnread),
    wakeDue: write(wakeDue),
    mergeConversations: write(mergeConversations),
    unmergeConversations: write(unmergeConversations),
    mergeContacts: write(mergeContacts),
    unmergeContacts: write(unmergeContacts),
    findRedirect: read(findRedirect),
    linkCustomerIds: write(linkCustomerIds),
    sweep: write(sweep),
    findConversation: read(findConversation),
    findByOaAndCustomer: read(findByOaAndCustomer),
    listConversations: read(listConversations),
    countConversations: read(countConversations),
    findReceivers: read(findReceivers),
    findMessage: read(findMessage),
    listMessages: read(listMessages),
    listEvents: read(listEvents),
    findContact: read(findContact),
    updateContact: write(updateContact),
    connectInbox: write(connectInbox),
    disconnectInbox: write(disconnectInbox),
    redirectInbox: write(redirectInbox),
    findInboxRedirect: read(findInboxRedirect),
    recordHistoryProgress: async (input) => {
      const hasSessions = await hasSync()
      return write((context, given: RecordHistoryProgress) => recordHistoryProgress(context, given, hasSessions))(input)
    },
    listInboxes: read(listInboxes),
    findInboxOwner: read(findInboxOwner),
    acquireLease: write(acquireLease),
    renewLease: write(renewLease),
    releaseLease: write(releaseLease),
    listLeases: read(listLeases),
    listAllLeases: read(listAllLeases),
    releaseExpiredLeases: (input) => run(input.operationId, input, (context) => releaseExpiredLeases(context, input)),
    keepWebhook: write(keepWebhook),
    takeWebhooks: write(takeWebhooks),
    renewWebhook: write(renewWebhook),
    settleWebhook: write(settleWebhook),
    findWebhook: read(findWebhook),
    listWebhooks: read(listWebhooks),
    clearWebhooks: write(clearWebhooks),
    findWebhookAccounts: read(findWebhookAccounts),
    beginSync: syncing(write(beginSync)),
    resumeSync: syncing(write(resumeSync)),
    writeSyncPage: write(writeSyncPage),
    failSync: write(failSync),
    findSyncSession: syncing(read(findSyncSession)),
    listSyncSessions: syncing(read(listSyncSessions)),
    syncStatistics: syncing(read(syncStatistics)),
    findSyncAccounts: syncing(read(findSyncAccounts)),
    beginInboxMigration: write(beginInboxMigration),
    undoInboxMigration: write(undoInboxMigration),
    // It reads before it stands under its lease.
    moveInboxBatch: (input) => run(input.operationId, input, (context) => moveInboxBatch(context, input)),
    endInboxMigration: write(endInboxMigration),
    findInboxMigration: read(findInboxMigration),
    listInboxMigrations: read(listInboxMigrations),
    previewInboxMove: read(previewInboxMove),
    findInboxMigrationAccounts: read(findInboxMigrationAccounts),
  }
}

async function requireTransaction({ deployment }: MongoContext, session: MongoSession): Promise<void> {
  const operation = 'using(session)'
  if (!(await deployment()).transactions) throw needsTransactions(operation)
  if (session.inTransaction()) return
  const needs = 'a session in a transaction; call session.startTransaction() first'
  throw new ConversationStoreError('UNSUPPORTED', { operation, needs })
}
