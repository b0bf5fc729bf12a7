import type { MergeLinks } from '../../model/planning/rows.js'
import type { Doc } from '../driver.js'
import { contactInboxDocument, contactInboxRow, identityDocument, identityMark } from './contact-inboxes.js'
import { integer, list, text, texts } from './fields.js'

/** What a merge keeps of the customers whom it has made one person. */
export function linksDocument(links: MergeLinks): Doc {
  return {
    kept: contactInboxDocument(links.kept),
    lost: contactInboxDocument(links.lost),
    kept_ids: links.keptIds,
    rows: links.lostIds.map(({ id, customerId }) => ({ id, customer_id: customerId })),
    marks: links.lostMarks.map(identityDocument),
    conversations: links.conversations.map(({ id, contactId, isLinked }) => ({ id, contact_id: contactId, is_linked: isLinked })),
    last_event_seq: links.lastEventSeq,
  }
}

export function mergeLinks(doc: Doc): MergeLinks {
  return {
    kept: contactInboxRow(doc.kept as Doc),
    lost: contactInboxRow(doc.lost as Doc),
    keptIds: texts(doc.kept_ids),
    lostIds: list(doc.rows).map(({ id, customer_id: customerId }) => ({ id: text(id), customerId: text(customerId) })),
    lostMarks: list(doc.marks).map(identityMark),
    conversations: list(doc.conversations).map(({ id, contact_id: contactId, is_linked: isLinked }) => ({
      id: text(id),
      contactId: text(contactId),
      isLinked: isLinked === true,
    })),
    lastEventSeq: integer(doc.last_event_seq),
  }
}
