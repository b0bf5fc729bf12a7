import type { Inbox } from '../../model/inboxes.js'
import type { InboxMigration } from '../../store/inbox-move-port.js'
import type { InboxMigrationPreview } from '../options.js'
import { progressOf } from '../progress.js'

/** A migration as the API tells it: by the names of its columns, and with how far it is. */
export function migrationRow(migration: InboxMigration): object {
  const { counted, moved, updatedAt } = migration
  const { percentage, conversationsPerSecond, remainingMs } = progressOf(migration)
  return {
    id: migration.id,
    account_id: migration.accountId,
    kind: migration.kind,
    undoes: migration.undoes,
    source_inbox_id: migration.sourceInboxId,
    source_oa_id: migration.sourceOaId,
    destination_inbox_id: migration.destinationInboxId,
    destination_oa_id: migration.destinationOaId,
    on_active_conflict: migration.onActiveConflict,
    user_id: migration.userId,
    status: migration.status,
    conversations_count: counted.conversations,
    conversations_moved: moved.conversations,
    messages_count: counted.messages,
    messages_moved: moved.messages,
    attachments_count: counted.attachments,
    attachments_moved: moved.attachments,
    contact_inboxes_count: counted.contactInboxes,
    contact_inboxes_moved: moved.contactInboxes,
    contacts_merged: migration.contactsMerged,
    skipped: migration.skipped,
    pass: migration.pass,
    error_message: migration.errorMessage,
    error_backtrace: migration.errorBacktrace,
    created_at: migration.createdAt,
    started_at: migration.startedAt,
    completed_at: migration.completedAt,
    cancel_requested_at: migration.cancelRequestedAt,
    updated_at: updatedAt,
    progress_percentage: percentage,
    rate: conversationsPerSecond,
    eta: remainingMs === null ? null : new Date(updatedAt.getTime() + remainingMs),
  }
}

export function previewRow(preview: InboxMigrationPreview, source: Inbox, destination: Inbox): object {
  return {
    source_inbox_id: source.id,
    destination_inbox_id: destination.id,
    conversations_count: preview.conversations,
    messages_count: preview.messages,
    attachments_count: preview.attachments,
    contact_inboxes_count: preview.contactInboxes,
    people: preview.people,
    contacts: preview.contacts,
    unmatched: preview.unmatched,
    unreachable: preview.unreachable,
    skipped: preview.skipped,
    active_conflicts: preview.activeConflicts,
    contacts_to_merge: preview.contactsToMerge,
    staying_apart: preview.stayingApart,
    known: preview.known.map((person) => ({
      customer_id: person.customerId,
      contact_id: person.contactId,
      matched_by: person.matchedBy,
      destination_contact_id: person.destinationContactId,
      has_active_conflict: person.hasActiveConflict,
      stays_apart: person.staysApart,
    })),
    fingerprint: preview.fingerprint,
  }
}

export function inboxRow({ id, oaId, name, channel, provider }: Inbox): object {
  return { id, oa_id: oaId, name, channel, provider }
}
