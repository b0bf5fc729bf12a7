import { ConversationStoreError, isConversationStoreError, type MergeRefusal } from '../../model/errors.js'
import { partedContacts, requireLastOfContact } from '../../model/planning/contact-merges.js'
import { toContact } from '../../model/planning/to-records.js'
import type { ContactUnmergeResult, WriteStamp } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { contactMergeRow } from '../documents/contact-merges.js'
import { contactRow } from '../documents/contacts.js'
import { findNow, latestState } from '../find-now.js'
import { inTransaction } from '../transaction.js'
import { contention } from '../translate-error.js'
import { contactNotFound, findKeptContact, lastInto, lead, replaceContact } from './merge-contacts.js'

/** Undoes a merge of contacts in one transaction, which writes what the merge wrote. Throws UNSUPPORTED. */
export async function unmergeContacts(
  context: MongoContext,
  input: WriteStamp & { readonly mergeId: string },
): Promise<ContactUnmergeResult> {
  if (!(await context.deployment()).transactions) throw needsTransactions('unmergeContacts')
  return inTransaction(context, (inner) => unmerge(inner, input))
}

/** Parts the contacts that a merge of conversations has joined, if it has, and if nobody has parted them since. */
export async function partContactsOf(context: MongoContext, input: WriteStamp & { readonly mergeId: string }): Promise<void> {
  const { accountId, mergeId } = input
  const standing = { accountId, _id: mergeId, standing: true }
  if ((await context.collections.contact_merges.findOne(standing, latestState(context))) === null) return
  await unmerge(context, input, 'contacts merged since')
}

/** The same, but contacts that other merges keep together stay one: the id of the one leads to the other. */
export async function partContactsIfLast(context: MongoContext, input: WriteStamp & { readonly mergeId: string }): Promise<void> {
  try {
    await partContactsOf(context, input)
  } catch (error) {
    if (!isConversationStoreError(error, 'MERGE_REFUSED')) throw error
  }
}

async function unmerge(
  context: MongoContext,
  input: WriteStamp & { readonly mergeId: string },
  reason?: MergeRefusal,
): Promise<ContactUnmergeResult> {
  const { accountId, mergeId, operationId } = input
  const { contacts, contact_merges: merges } = context.collections
  const { doc, serverNow } = await findNow(context, 'contact_merges', { accountId, _id: mergeId })
  if (doc === null) throw new ConversationStoreError('NOT_FOUND', { what: 'merge' })
  const merge = contactMergeRow(doc)
  const { keptId, lostId, movedIds } = merge
  if (merge.undoneAt !== null) {
    const [kept, restored] = [await findKeptContact(context, accountId, keptId), await findKeptContact(context, accountId, lostId)]
    const outcome = merge.undoneBy === operationId ? 'unmerged' : 'unchanged'
    return { outcome, kept: toContact(kept), restored: toContact(restored) }
  }
  const find = (id: string) => contacts.findOne({ accountId, _id: id }, latestState(context))
  const [held, own] = [await find(keptId), await find(lostId)]
  if (held === null || own === null) throw contactNotFound()
  const [heldRow, ownRow] = [contactRow(held), contactRow(own)]
  const later = await merges.findOne({ accountId, lost_id: keptId, standing: true }, latestState(context))
  requireLastOfContact(merge, heldRow, { into: await lastInto(context, accountId, keptId), of: later && contactMergeRow(later) }, reason)
  const now = input.now ?? serverNow
  const { kept, lost } = partedContacts(heldRow, ownRow, merge, now)
  await replaceContact(context, heldRow, kept)
  await replaceContact(context, ownRow, lost)
  if (movedIds.length > 0) await lead(context, accountId, movedIds, lostId)
  const undone = { $set: { undone_at: now, undone_by: operationId }, $unset: { standing: '' } }
  const { matchedCount } = await merges.updateOne({ accountId, _id: mergeId, standing: true }, undone, inSession(context))
  if (matchedCount === 0) throw contention(1)
  return { outcome: 'unmerged', kept: toContact(kept), restored: toContact(lost) }
}
