import type { MovedContactInbox, MovedConversation } from '../../model/planning/moved-marks.js'
import type { ConversationStatus } from '../../model/records.js'
import type { Doc } from '../driver.js'
import { integer, text, time, timeOrNull } from './fields.js'
import { linksDocument, mergeLinks } from './merge-links.js'

/** What a moved contact inbox had before, as its document keeps it in `moved`. */
export function movedContactInboxDocument({ by, channel, customerId, links }: MovedContactInbox): Doc {
  return {
    by,
    channel,
    ...(customerId !== undefined && { customer_id: customerId }),
    ...(links !== undefined && { links: linksDocument(links) }),
  }
}

/** Undefined for one that no migration has moved. */
export function movedContactInbox({ moved }: Doc): MovedContactInbox | undefined {
  if (typeof moved !== 'object' || moved === null) return undefined
  const { by, channel, customer_id: customerId, links } = moved as Doc
  return {
    by: text(by),
    channel: text(channel),
    ...(customerId !== undefined && { customerId: text(customerId) }),
    ...(links !== undefined && { links: mergeLinks(links as Doc) }),
  }
}

/** The same of a conversation. */
export function movedConversationDocument({ by, channel, windowExpiresAt, lastSeq, closed, mergeId }: MovedConversation): Doc {
  return {
    by,
    channel,
    window_expires_at: windowExpiresAt,
    ...(lastSeq !== undefined && { last_seq: lastSeq }),
    ...(closed !== undefined && {
      closed: { status: closed.status, status_changed_at: closed.statusChangedAt, snoozed_until: closed.snoozedUntil, at: closed.at },
    }),
    ...(mergeId !== undefined && { merge_id: mergeId }),
  }
}

export function movedConversation({ moved }: Doc): MovedConversation | undefined {
  if (typeof moved !== 'object' || moved === null) return undefined
  const { by, channel, window_expires_at: windowExpiresAt, last_seq: lastSeq, closed, merge_id: mergeId } = moved as Doc
  return {
    by: text(by),
    channel: text(channel),
    windowExpiresAt: timeOrNull(windowExpiresAt),
    ...(lastSeq !== undefined && { lastSeq: integer(lastSeq) }),
    ...(closed !== undefined && { closed: closedByMove(closed as Doc) }),
    ...(mergeId !== undefined && { mergeId: text(mergeId) }),
  }
}

function closedByMove({ status, status_changed_at: changedAt, snoozed_until: snoozedUntil, at }: Doc) {
  return {
    status: text(status) as ConversationStatus,
    statusChangedAt: time(changedAt),
    snoozedUntil: timeOrNull(snoozedUntil),
    at: time(at),
  }
}

/** Whether this migration, if any, has moved what the document is of. */
export function isMovedBy({ moved }: Doc, migrationId: string | null): boolean {
  return migrationId !== null && Reflect.get(Object(moved), 'by') === migrationId
}
