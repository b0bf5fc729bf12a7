import { ConversationStoreError } from '../../model/errors.js'
import type { ContactRow } from '../../model/planning/rows.js'
import { toContact } from '../../model/planning/to-records.js'
import type { ContactMerge, ContactMergeResult, ContactTarget, WriteStamp } from '../../store/adapter.js'
import { contactFilter } from '../contact-filter.js'
import { inSession, type MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { contactMergeRow } from '../documents/contact-merges.js'
import { contactDocument, contactRow } from '../documents/contacts.js'
import type { Doc } from '../driver.js'
import { updateBetween } from '../field-updates.js'
import { findNow, latestState } from '../find-now.js'
import { joinContacts } from '../join-contacts.js'
import { inTransaction } from '../transaction.js'
import { contention } from '../translate-error.js'

/**
 * Makes one contact of two. It is one transaction, which writes both contacts, so that every other write to one of them
 * conflicts with it. Throws NOT_FOUND, MERGE_REFUSED, UNSUPPORTED.
 */
export async function mergeContacts(context: MongoContext, input: WriteStamp & ContactMerge): Promise<ContactMergeResult> {
  if (!(await context.deployment()).transactions) throw needsTransactions('mergeContacts')
  return inTransaction(context, (inner) => merge(inner, input))
}

async function merge(context: MongoContext, input: WriteStamp & ContactMerge): Promise<ContactMergeResult> {
  const { accountId, operationId: mergeId } = input
  const { doc: done, serverNow } = await findNow(context, 'contact_merges', { accountId, _id: mergeId })
  if (done !== null) {
    const kept = await findKeptContact(context, accountId, contactMergeRow(done).keptId)
    return { outcome: 'merged', mergeId, contact: toContact(kept) }
  }
  const lostId = await namedId(context, accountId, input.lose)
  const kept = await findKeptContact(context, accountId, await namedId(context, accountId, input.keep))
  const lost = await findKeptContact(context, accountId, lostId)
  if (kept.id === lost.id) {
    const before = await context.collections.contact_merges.findOne({ accountId, lost_id: lostId, standing: true }, latestState(context))
    if (before !== null) return { outcome: 'unchanged', mergeId: String(before._id), contact: toContact(kept) }
    throw new ConversationStoreError('MERGE_REFUSED', { reason: 'same contact', mergeId: null })
  }
  const now = input.now ?? serverNow
  const joined = await joinContacts(context, { accountId, now }, [{ mergeId, keptId: kept.id, lostId: lost.id }])
  return { outcome: 'merged', mergeId, contact: toContact(joined.get(mergeId) ?? kept) }
}

async function namedId(context: MongoContext, accountId: string, target: ContactTarget): Promise<string> {
  const filter = await contactFilter(context, { accountId, ...target })
  if (filter === null) throw contactNotFound()
  return String(filter._id)
}

/** Reads a contact that a transaction is going to write, or the one that it was merged into. Throws NOT_FOUND. */
export async function findKeptContact(context: MongoContext, accountId: string, id: string): Promise<ContactRow> {
  const doc = await context.collections.contacts.findOne({ accountId, _id: id }, latestState(context))
  if (doc === null) throw contactNotFound()
  const row = contactRow(doc)
  return row.mergedInto === null ? row : findKeptContact(context, accountId, row.mergedInto)
}

/** The last of the merges into a contact that stand. */
export async function lastInto(context: MongoContext, accountId: string, keptId: string) {
  const filter = { accountId, kept_id: keptId, standing: true }
  const [last] = await context.collections.contact_merges.find(filter, { ...latestState(context), sort: { place: -1 }, limit: 1 }).toArray()
  return last === undefined ? null : contactMergeRow(last)
}

/** Changes a contact. It is written even if nothing is different, so that two merges of one contact conflict. */
export async function replaceContact(context: MongoContext, before: ContactRow, row: ContactRow): Promise<void> {
  const update = { ...updateBetween(contactDocument(before), contactDocument(row)), $inc: { lock: 1 } }
  const filter = { accountId: row.accountId, _id: row.id }
  const { matchedCount } = await context.collections.contacts.updateOne(filter, update, inSession(context))
  if (matchedCount === 0) throw contention(1)
}

/** Lets the ids of merged contacts lead to a contact. */
export async function lead(context: MongoContext, accountId: string, ids: readonly string[], toId: string): Promise<void> {
  const filter: Doc = { accountId, _id: { $in: ids } }
  await context.collections.contacts.updateMany(filter, { $set: { merged_into: toId } }, inSession(context))
}

export function contactNotFound(): ConversationStoreError<'NOT_FOUND'> {
  return new ConversationStoreError('NOT_FOUND', { what: 'contact' })
}
