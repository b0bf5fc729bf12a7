import type { InboxCounts, InboxMigration } from '../../model/inbox-migrations.js'
import type { InboxMigrationRow } from '../../model/planning/inbox-migrations.js'
import type { Doc } from '../driver.js'
import { integer, present, text, textOrNull, time, timeOrNull } from './fields.js'

/** A migration as its document. `inboxes` has both inboxes until it is over, so that an index lets each be in one. */
export function inboxMigrationDocument(row: InboxMigrationRow): Doc {
  return {
    _id: row.id,
    accountId: row.accountId,
    kind: row.kind,
    ...present('undoes', row.undoes),
    source_inbox_id: row.sourceInboxId,
    source_oa_id: row.sourceOaId,
    destination_inbox_id: row.destinationInboxId,
    destination_oa_id: row.destinationOaId,
    on_active_conflict: row.onActiveConflict,
    ...present('user_id', row.userId),
    status: row.status,
    operation_id: row.operationId,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    ...present('started_at', row.startedAt),
    ...(row.completedAt === null ? { inboxes: [row.sourceOaId, row.destinationOaId] } : { completed_at: row.completedAt }),
    ...present('cancel_requested_at', row.cancelRequestedAt),
    conversations_count: row.counted.conversations,
    conversations_moved: row.moved.conversations,
    messages_count: row.counted.messages,
    messages_moved: row.moved.messages,
    attachments_count: row.counted.attachments,
    attachments_moved: row.moved.attachments,
    contact_inboxes_count: row.counted.contactInboxes,
    contact_inboxes_moved: row.moved.contactInboxes,
    contacts_merged: row.contactsMerged,
    skipped: row.skipped,
    batches: row.batches,
    pass: row.pass,
    pass_moved: row.passMoved,
    ...present('cursor', row.cursor),
    ...present('error_message', row.errorMessage),
    ...present('error_backtrace', row.errorBacktrace),
  }
}

export function inboxMigrationRow(doc: Doc): InboxMigrationRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    kind: text(doc.kind) as InboxMigration['kind'],
    undoes: textOrNull(doc.undoes),
    sourceInboxId: text(doc.source_inbox_id),
    sourceOaId: text(doc.source_oa_id),
    destinationInboxId: text(doc.destination_inbox_id),
    destinationOaId: text(doc.destination_oa_id),
    onActiveConflict: text(doc.on_active_conflict) as InboxMigration['onActiveConflict'],
    userId: textOrNull(doc.user_id),
    status: text(doc.status) as InboxMigration['status'],
    counted: counts(doc, 'count'),
    moved: counts(doc, 'moved'),
    contactsMerged: integer(doc.contacts_merged),
    skipped: integer(doc.skipped),
    batches: integer(doc.batches),
    pass: integer(doc.pass),
    cancelRequestedAt: timeOrNull(doc.cancel_requested_at),
    errorMessage: textOrNull(doc.error_message),
    errorBacktrace: textOrNull(doc.error_backtrace),
    createdAt: time(doc.created_at),
    startedAt: timeOrNull(doc.started_at),
    completedAt: timeOrNull(doc.completed_at),
    updatedAt: time(doc.updated_at),
    passMoved: integer(doc.pass_moved),
    cursor: textOrNull(doc.cursor),
    operationId: text(doc.operation_id),
  }
}

function counts(doc: Doc, what: 'count' | 'moved'): InboxCounts {
  return {
    conversations: integer(doc[`conversations_${what}`]),
    messages: integer(doc[`messages_${what}`]),
    attachments: integer(doc[`attachments_${what}`]),
    contactInboxes: integer(doc[`contact_inboxes_${what}`]),
  }
}
