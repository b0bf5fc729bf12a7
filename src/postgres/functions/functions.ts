import type { Names } from '../names.js'
import { acquireLease } from './acquire-lease.js'
import { acquireSyncLock } from './acquire-sync-lock.js'
import { applyEvent } from './apply-event.js'
import { applyNotice } from './apply-notice.js'
import { applyWaiting } from './apply-waiting.js'
import { boundedIdentities } from './bounded-identities.js'
import { bulkUpsertConversationsWithEvents } from './bulk-upsert-conversations-with-events.js'
import { changedIdentities } from './changed-identities.js'
import { cleanupExpiredLocks } from './cleanup-expired-locks.js'
import { connectInbox } from './connect-inbox.js'
import { disconnectInbox } from './disconnect-inbox.js'
import { dropOverdue } from './drop-overdue.js'
import { evidenceOf } from './evidence-of.js'
import { extendSyncLock } from './extend-sync-lock.js'
import { foldDoubles } from './fold-doubles.js'
import { foldMessage } from './fold-message.js'
import { formerHeads } from './former-heads.js'
import { holdConversation } from './hold-conversation.js'
import { holdsIdentities } from './holds-identities.js'
import { identitiesOfFunction } from './identities-of.js'
import { isEventWithinFunction } from './is-event-within.js'
import { isItemWithinFunction } from './is-item-within.js'
import { isPastHorizon } from './is-past-horizon.js'
import { isPatchWithinFunction } from './is-patch-within.js'
import { joinContacts } from './join-contacts.js'
import { joinGroup } from './join-group.js'
import { joinGroups } from './join-groups.js'
import { joinNamed } from './join-named.js'
import { joinedOperations } from './joined-operations.js'
import { keptConversation } from './kept-conversation.js'
import { knowsAll } from './knows-all.js'
import { latestMessage } from './latest-message.js'
import { leaveGroup } from './leave-group.js'
import { linkCustomerIds } from './link-customer-ids.js'
import { linkHeads } from './link-heads.js'
import { linkItem } from './link-item.js'
import { linkMessage } from './link-message.js'
import { linkNamed } from './link-named.js'
import { linkPeople } from './link-people.js'
import { linkRefusal } from './link-refusal.js'
import { lockNamed } from './lock-named.js'
import { markConversationRead } from './mark-conversation-read.js'
import { markConversationReadUntil } from './mark-conversation-read-until.js'
import { markConversationUnread } from './mark-conversation-unread.js'
import { markCopies } from './mark-copies.js'
import { markDoubles } from './mark-doubles.js'
import { markPartRead } from './mark-part-read.js'
import { mergeContacts } from './merge-contacts.js'
import { mergeConversations } from './merge-conversations.js'
import { mergePrepared } from './merge-prepared.js'
import { mergeTarget } from './merge-target.js'
import { mergedReactions } from './merged-reactions.js'
import { messagesSince } from './messages-since.js'
import { moveKnown } from './move-known.js'
import { movePeople } from './move-people.js'
import { movePeopleBack } from './move-people-back.js'
import { newRowId } from './new-row-id.js'
import { noteDelivery } from './note-delivery.js'
import { noteIdentities } from './note-identities.js'
import { partMoved } from './part-moved.js'
import { partPeople } from './part-people.js'
import { partRefusal } from './part-refusal.js'
import { prepareDoubles } from './prepare-doubles.js'
import { previewOf } from './preview-of.js'
import { problemOf } from './problem-of.js'
import { pushOutWaiting } from './push-out-waiting.js'
import { redirectInbox } from './redirect-inbox.js'
import { releaseExpiredLeases } from './release-expired-leases.js'
import { releaseLease } from './release-lease.js'
import { releaseSyncLock } from './release-sync-lock.js'
import { renameHead } from './rename-head.js'
import { renewLease } from './renew-lease.js'
import { reopenConversation } from './reopen-conversation.js'
import { reopenMoved } from './reopen-moved.js'
import { requireCall } from './require-call.js'
import { requireLease } from './require-lease.js'
import { requireWithin } from './require-within.js'
import { settleGroup } from './settle-group.js'
import { settleWait } from './settle-wait.js'
import { shownCopy } from './shown-copy.js'
import type { SqlFunction } from './sql-function.js'
import { tellShownCopy } from './tell-shown-copy.js'
import { turnLive } from './turn-live.js'
import { unmergeContacts } from './unmerge-contacts.js'
import { unmergeConversations } from './unmerge-conversations.js'
import { upsertConversationWithEvents } from './upsert-conversation-with-events.js'
import { upsertLinking } from './upsert-linking.js'
import { upsertRedirected } from './upsert-redirected.js'
import { upsertUnpatched } from './upsert-unpatched.js'
import { withAttachments } from './with-attachments.js'
import { withOperation } from './with-operation.js'
import { withOperations } from './with-operations.js'
import { writeFirst } from './write-first.js'
import { writeKnown } from './write-known.js'
import { writeRare } from './write-rare.js'
import { writeRound } from './write-round.js'
import { writeRun } from './write-run.js'

/**
 * The write path of docs/write-path.md as SQL functions, each in a file of its name. Quick ways serve nearly every
 * call. Behind them, one set-based step writes conversations, messages and facts, and a loop then handles what is rare
 * (edits, deletions, reactions, receipts, links, and events that waited). The adapter calls the same functions as a
 * program in another language, except that it first tries to write a patch without events by itself
 * (patch-of-active.ts). At the end stand the leases, and the locks of syncs, which are leases under names of their own.
 */
export function functionsOf(names: Names): readonly SqlFunction[] {
  return [
    newRowId(),
    withOperation(),
    withOperations(),
    joinedOperations(),
    previewOf(),
    mergedReactions(),
    withAttachments(),
    noteDelivery(names),
    settleWait(names),
    keptConversation(names),
    latestMessage(names),
    shownCopy(names),
    tellShownCopy(names),
    markCopies(names),
    markDoubles(names),
    prepareDoubles(names),
    foldMessage(names),
    linkMessage(names),
    applyEvent(names),
    applyWaiting(names),
    dropOverdue(names),
    pushOutWaiting(names),
    identitiesOfFunction(names),
    boundedIdentities(),
    changedIdentities(names),
    joinContacts(names),
    isPastHorizon(names),
    foldDoubles(names),
    formerHeads(names),
    settleGroup(names),
    holdConversation(names),
    joinGroup(names),
    joinGroups(names),
    renameHead(names),
    leaveGroup(names),
    joinNamed(names),
    holdsIdentities(),
    noteIdentities(names),
    evidenceOf(names),
    linkNamed(names),
    applyNotice(names),
    knowsAll(names),
    linkItem(names),
    lockNamed(names),
    turnLive(names),
    writeRare(names),
    isItemWithinFunction(),
    isPatchWithinFunction(),
    isEventWithinFunction(),
    problemOf(),
    requireCall(names),
    requireLease(names),
    requireWithin(names),
    writeKnown(names),
    writeFirst(names),
    writeRun(names),
    writeRound(names),
    upsertLinking(names),
    upsertRedirected(names),
    bulkUpsertConversationsWithEvents(names),
    upsertConversationWithEvents(names),
    upsertUnpatched(names),
    linkCustomerIds(names),
    markConversationRead(names),
    markPartRead(names),
    markConversationReadUntil(names),
    markConversationUnread(names),
    reopenConversation(names),
    mergeContacts(names),
    unmergeContacts(names),
    mergeTarget(names),
    linkRefusal(names),
    linkHeads(names),
    linkPeople(names),
    mergePrepared(names),
    mergeConversations(names),
    partRefusal(names),
    partPeople(names),
    messagesSince(names),
    unmergeConversations(names),
    moveKnown(names),
    movePeople(names),
    reopenMoved(names),
    partMoved(names),
    movePeopleBack(names),
    connectInbox(names),
    disconnectInbox(names),
    redirectInbox(names),
    acquireLease(names),
    renewLease(names),
    releaseLease(names),
    releaseExpiredLeases(names),
    acquireSyncLock(names),
    extendSyncLock(names),
    releaseSyncLock(names),
    cleanupExpiredLocks(names),
  ]
}
