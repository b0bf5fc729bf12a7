import type { ContactInboxRow, IdentityMark, Watermark } from '../../model/planning/rows.js'
import type { Doc } from '../driver.js'
import { integer, list, present, text, textOrNull, texts, time, timeOrNull } from './fields.js'

export function contactInboxDocument(row: ContactInboxRow): Doc {
  return {
    _id: row.id,
    accountId: row.accountId,
    oa_id: row.oaId,
    customer_id: row.customerId,
    contact_id: row.contactId,
    ...present('canonical_id', row.canonicalId),
    ...present('scopes', row.scopes),
    ...present('identities', row.identities?.map(identityDocument) ?? null),
    ...present('previous_head_id', row.previousHeadId),
    channel: row.channel,
    delivered_up_to: row.deliveredWatermark?.upTo ?? null,
    delivered_up_to_at: row.deliveredWatermark?.at ?? null,
    read_up_to: row.readWatermark?.upTo ?? null,
    read_up_to_at: row.readWatermark?.at ?? null,
    ...present('dropped_events', row.droppedEvents === 0 ? null : row.droppedEvents),
    created_at: row.createdAt,
  }
}

export function contactInboxRow(doc: Doc): ContactInboxRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    oaId: text(doc.oa_id),
    customerId: text(doc.customer_id),
    contactId: textOrNull(doc.contact_id),
    canonicalId: textOrNull(doc.canonical_id),
    scopes: doc.scopes === undefined ? null : texts(doc.scopes),
    identities: doc.identities === undefined ? null : list(doc.identities).map(identityMark),
    previousHeadId: textOrNull(doc.previous_head_id),
    channel: text(doc.channel),
    deliveredWatermark: watermark(doc.delivered_up_to, doc.delivered_up_to_at),
    readWatermark: watermark(doc.read_up_to, doc.read_up_to_at),
    droppedEvents: doc.dropped_events === undefined ? 0 : integer(doc.dropped_events),
    createdAt: time(doc.created_at),
  }
}

export function identityDocument({ id, kind, since, movedAt, formerSince, disputedSince, operationId }: IdentityMark): Doc {
  return { id, kind, since, moved_at: movedAt, former_since: formerSince, disputed_since: disputedSince, operation_id: operationId }
}

export function identityMark(doc: Doc): IdentityMark {
  return {
    id: text(doc.id),
    kind: textOrNull(doc.kind),
    since: timeOrNull(doc.since),
    movedAt: timeOrNull(doc.moved_at),
    formerSince: timeOrNull(doc.former_since),
    disputedSince: timeOrNull(doc.disputed_since),
    operationId: textOrNull(doc.operation_id),
  }
}

function watermark(upTo: unknown, at: unknown): Watermark | null {
  return upTo instanceof Date && at instanceof Date ? { upTo, at } : null
}
