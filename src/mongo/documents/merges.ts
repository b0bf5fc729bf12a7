import type { ConversationRow, KeptBefore, MergedPart } from '../../model/planning/rows.js'
import type { ConversationStatus } from '../../model/records.js'
import type { Doc } from '../driver.js'
import { integer, list, text, textOrNull, time, timeOrNull } from './fields.js'

export function partDocument(part: MergedPart): Doc {
  return {
    id: part.id,
    contact_inbox_id: part.contactInboxId,
    merge_id: part.mergeId,
    by: part.by,
    seq_base: part.seqBase,
    event_base: part.eventBase,
    last_seq: part.lastSeq,
    last_event_seq: part.lastEventSeq,
    read_seq: part.readSeq,
  }
}

export function mergedPart(doc: Doc): MergedPart {
  return {
    id: text(doc.id),
    contactInboxId: textOrNull(doc.contact_inbox_id) ?? '',
    mergeId: text(doc.merge_id),
    by: text(doc.by),
    seqBase: integer(doc.seq_base),
    eventBase: integer(doc.event_base),
    lastSeq: integer(doc.last_seq),
    lastEventSeq: integer(doc.last_event_seq),
    readSeq: integer(doc.read_seq),
  }
}

/** Of a conversation's document, what tells where its messages are stored. */
export function partedRow(doc: Doc): Pick<ConversationRow, 'id' | 'contactInboxId' | 'parts'> {
  return { id: text(doc._id), contactInboxId: text(doc.contact_inbox_id), parts: list(doc.merged_parts).map(mergedPart) }
}

export function beforeDocument(before: KeptBefore): Doc {
  return {
    status: before.status,
    status_changed_at: before.statusChangedAt,
    snoozed_until: before.snoozedUntil,
    closed_at: before.closedAt,
    last_message_at: before.lastMessageAt,
    last_inbound_at: before.lastInboundAt,
    last_activity_at: before.lastActivityAt,
    window_expires_at: before.windowExpiresAt,
  }
}

export function keptBefore(doc: Doc): KeptBefore {
  return {
    status: text(doc.status) as ConversationStatus,
    statusChangedAt: time(doc.status_changed_at),
    snoozedUntil: timeOrNull(doc.snoozed_until),
    closedAt: timeOrNull(doc.closed_at),
    lastMessageAt: timeOrNull(doc.last_message_at),
    lastInboundAt: timeOrNull(doc.last_inbound_at),
    lastActivityAt: time(doc.last_activity_at),
    windowExpiresAt: timeOrNull(doc.window_expires_at),
  }
}
