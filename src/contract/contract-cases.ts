import type { ConversationStore } from '../store/create-conversation-store.js'
import { applyReceiptCases } from './cases/apply-receipt.js'
import { bulkUpsertConversationsWithEventsCases } from './cases/bulk-upsert-conversations-with-events/index.js'
import { closeConversationCases } from './cases/close-conversation.js'
import { connectInboxCases } from './cases/connect-inbox.js'
import { countConversationsCases } from './cases/count-conversations.js'
import { disconnectInboxCases } from './cases/disconnect-inbox.js'
import { findByChatbotIdCases } from './cases/find-by-chatbot-id.js'
import { findByOaCases } from './cases/find-by-oa.js'
import { findByOaAndCustomerCases } from './cases/find-by-oa-and-customer.js'
import { findContactCases } from './cases/find-contact.js'
import { findConversationCases } from './cases/find-conversation.js'
import { findMessageCases } from './cases/find-message.js'
import { beginInboxMigrationCases } from './cases/inbox-moves/begin-inbox-migration.js'
import { closeSourceCases } from './cases/inbox-moves/close-source.js'
import { endInboxMigrationCases } from './cases/inbox-moves/end-inbox-migration.js'
import {
  findInboxMigrationAccountsCases,
  findInboxMigrationCases,
  listInboxMigrationsCases,
} from './cases/inbox-moves/find-inbox-migrations.js'
import { joinedScopesCases } from './cases/inbox-moves/joined-scopes.js'
import { joinedUndoneCases } from './cases/inbox-moves/joined-undone.js'
import { matchedNumbersCases } from './cases/inbox-moves/matched-numbers.js'
import { mergeKnownCases, mergeUndoneCases } from './cases/inbox-moves/merge-known.js'
import { moveInboxBatchCases } from './cases/inbox-moves/move-inbox-batch.js'
import { movesAtOnceCases } from './cases/inbox-moves/moves-at-once.js'
import { numbersInAnyFormCases } from './cases/inbox-moves/numbers-in-any-form.js'
import { previewInboxMoveCases } from './cases/inbox-moves/preview-inbox-move.js'
import { redirectInboxCases } from './cases/inbox-moves/redirect-inbox.js'
import { redirectedLookUpsCases } from './cases/inbox-moves/redirected-look-ups.js'
import { redirectedPeopleCases } from './cases/inbox-moves/redirected-people.js'
import { redirectedWritesCases } from './cases/inbox-moves/redirected-writes.js'
import { redirectsAtOnceCases } from './cases/inbox-moves/redirects-at-once.js'
import { repliesToMovedCases } from './cases/inbox-moves/replies-to-moved.js'
import { undoInboxMigrationCases } from './cases/inbox-moves/undo-inbox-migration.js'
import { undoneMovesCases } from './cases/inbox-moves/undone-moves.js'
import { acquireLeaseCases } from './cases/leases/acquire-lease.js'
import { allLeasesCases } from './cases/leases/all-leases.js'
import { listLeasesCases } from './cases/leases/list-leases.js'
import { releaseLeaseCases } from './cases/leases/release-lease.js'
import { renewLeaseCases } from './cases/leases/renew-lease.js'
import { linkCustomerIdsCases } from './cases/link-customer-ids.js'
import { linkedConversationsCases } from './cases/linked-conversations/index.js'
import { linkedDoublesCases } from './cases/linked-doubles.js'
import { listConversationsCases } from './cases/list-conversations.js'
import { listEventsCases } from './cases/list-events.js'
import { listInboxesCases } from './cases/list-inboxes.js'
import { listMessagesCases } from './cases/list-messages.js'
import { markReadCases } from './cases/mark-read.js'
import { markUnreadCases } from './cases/mark-unread.js'
import { mergeContactsCases } from './cases/merge-contacts.js'
import { mergeConversationsCases } from './cases/merge-conversations/index.js'
import { recordHistoryProgressCases } from './cases/record-history-progress.js'
import { reopenConversationCases } from './cases/reopen-conversation.js'
import { snoozeConversationCases } from './cases/snooze-conversation.js'
import { checkSchemaCases } from './cases/store/check-schema.js'
import { closeCases } from './cases/store/close.js'
import { findInboxOwnerCases } from './cases/store/find-inbox-owner.js'
import { forAccountCases } from './cases/store/for-account.js'
import { forOperatorCases } from './cases/store/for-operator.js'
import { migrateCases } from './cases/store/migrate.js'
import { usingCases } from './cases/store/using.js'
import { sweepCases } from './cases/sweep.js'
import { beginSyncCases } from './cases/sync/begin-sync.js'
import { failSyncCases } from './cases/sync/fail-sync.js'
import { findSyncAccountsCases } from './cases/sync/find-sync-accounts.js'
import { findSyncSessionCases } from './cases/sync/find-sync-session.js'
import { listSyncSessionsCases } from './cases/sync/list-sync-sessions.js'
import { pushedAgainCases } from './cases/sync/pushed-again.js'
import { pushedCountCases } from './cases/sync/pushed-counts.js'
import { pushedSessionCases } from './cases/sync/pushed-sessions.js'
import { resumeSyncCases } from './cases/sync/resume-sync.js'
import { syncStatisticsCases } from './cases/sync/sync-statistics.js'
import { writeSyncPageCases } from './cases/sync/write-sync-page.js'
import { unmergeContactsCases } from './cases/unmerge-contacts.js'
import { unmergeConversationsCases } from './cases/unmerge-conversations.js'
import { updateContactCases } from './cases/update-contact.js'
import { updateConversationCases } from './cases/update-conversation.js'
import { updateNicknameCases } from './cases/update-nickname.js'
import { upsertConversationCases } from './cases/upsert-conversation/index.js'
import { upsertConversationWithEventsCases } from './cases/upsert-conversation-with-events/index.js'
import { wakeDueCases } from './cases/wake-due.js'
import { keepingCases } from './cases/webhook-journal/keeping.js'
import { workingCases } from './cases/webhook-journal/working.js'
import type { CaseList } from './contract-case.js'
import type { AccountMethod } from './sound-calls.js'

/** The cases of `close` also cover `[Symbol.asyncDispose]`, which is the same function. */
export type ContractMethod = AccountMethod | Exclude<keyof ConversationStore, symbol>

/** Each method has at least one case. A method that is added without a case does not compile. */
export const contractCases: { readonly [M in ContractMethod]: CaseList } = {
  upsertConversation: upsertConversationCases,
  upsertConversationWithEvents: upsertConversationWithEventsCases,
  bulkUpsertConversationsWithEvents: bulkUpsertConversationsWithEventsCases,
  updateConversation: updateConversationCases,
  updateNickname: updateNicknameCases,
  markRead: markReadCases,
  markUnread: markUnreadCases,
  closeConversation: closeConversationCases,
  snoozeConversation: snoozeConversationCases,
  reopenConversation: reopenConversationCases,
  wakeDue: wakeDueCases,
  mergeConversations: mergeConversationsCases,
  unmergeConversations: unmergeConversationsCases,
  mergeContacts: mergeContactsCases,
  unmergeContacts: unmergeContactsCases,
  linkCustomerIds: [...linkCustomerIdsCases, ...linkedConversationsCases, ...linkedDoublesCases],
  applyReceipt: applyReceiptCases,
  sweep: sweepCases,
  findConversation: findConversationCases,
  findByOaAndCustomer: findByOaAndCustomerCases,
  findByOa: findByOaCases,
  findByChatbotId: findByChatbotIdCases,
  listConversations: listConversationsCases,
  countConversations: countConversationsCases,
  findMessage: findMessageCases,
  listMessages: listMessagesCases,
  listEvents: listEventsCases,
  findContact: findContactCases,
  updateContact: updateContactCases,
  connectInbox: connectInboxCases,
  disconnectInbox: disconnectInboxCases,
  redirectInbox: [
    ...redirectInboxCases,
    ...redirectedWritesCases,
    ...redirectedPeopleCases,
    ...redirectedLookUpsCases,
    ...redirectsAtOnceCases,
  ],
  recordHistoryProgress: [...recordHistoryProgressCases, ...pushedSessionCases, ...pushedAgainCases, ...pushedCountCases],
  listInboxes: listInboxesCases,
  acquireLease: acquireLeaseCases,
  renewLease: renewLeaseCases,
  releaseLease: releaseLeaseCases,
  listLeases: listLeasesCases,
  beginSync: beginSyncCases,
  resumeSync: resumeSyncCases,
  writeSyncPage: writeSyncPageCases,
  failSync: failSyncCases,
  findSyncSession: findSyncSessionCases,
  listSyncSessions: listSyncSessionsCases,
  syncStatistics: syncStatisticsCases,
  beginInboxMigration: beginInboxMigrationCases,
  undoInboxMigration: [...undoInboxMigrationCases, ...undoneMovesCases, ...joinedUndoneCases, ...mergeUndoneCases],
  moveInboxBatch: [
    ...moveInboxBatchCases,
    ...movesAtOnceCases,
    ...closeSourceCases,
    ...mergeKnownCases,
    ...joinedScopesCases,
    ...numbersInAnyFormCases,
    ...repliesToMovedCases,
  ],
  endInboxMigration: endInboxMigrationCases,
  findInboxMigration: findInboxMigrationCases,
  listInboxMigrations: listInboxMigrationsCases,
  previewInboxMove: [...previewInboxMoveCases, ...matchedNumbersCases],
  forAccount: forAccountCases,
  forOperator: [
    ...forOperatorCases,
    ...allLeasesCases,
    ...findSyncAccountsCases,
    ...findInboxMigrationAccountsCases,
    ...keepingCases,
    ...workingCases,
  ],
  findInboxOwner: findInboxOwnerCases,
  using: usingCases,
  migrate: migrateCases,
  checkSchema: checkSchemaCases,
  close: closeCases,
}
