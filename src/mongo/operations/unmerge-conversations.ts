import { ConversationStoreError } from '../../model/errors.js'
import { parted, requireLast, restored, underHead } from '../../model/planning/merge-conversations.js'
import type { ConversationRow, MergeRow } from '../../model/planning/rows.js'
import type { UnmergeResult, WriteStamp } from '../../store/adapter.js'
import { resentAfter } from '../../store/first-sending.js'
import { replaceRow } from '../change-by-version.js'
import { inSession, type MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { contactInboxRow } from '../documents/contact-inboxes.js'
import { conversationDocument, conversationInGroup, conversationRow } from '../documents/conversations.js'
import { text, textOrNull, time, timeOrNull } from '../documents/fields.js'
import { mergeLinks } from '../documents/merge-links.js'
import { keptBefore } from '../documents/merges.js'
import type { Doc } from '../driver.js'
import { findNow } from '../find-now.js'
import { hostConversation } from '../host-conversation.js'
import { messagesSince, planParting, writeParting } from '../link-merged.js'
import { lockEarly } from '../lock-early.js'
import { findKept, findRow, groupOrNull, headOf, lockContactInboxes, requirePlace, unreadOf, withLatest } from '../merge-rows.js'
import { inTransaction } from '../transaction.js'
import { contention } from '../translate-error.js'
import { loadedWorld } from '../upsert/loaded-world.js'
import { partContactsOf } from './unmerge-contacts.js'

/** Undoes a merge in one transaction, which writes what the merge wrote. Throws UNSUPPORTED. */
export async function unmergeConversations(
  context: MongoContext,
  input: WriteStamp & { readonly mergeId: string },
): Promise<UnmergeResult> {
  if (!(await context.deployment()).transactions) throw needsTransactions('unmergeConversations')
  return inTransaction(context, async (inner, attempt) => {
    const { outcome, kept, lost, since } = await undoMerge(inner, input, attempt)
    const messagesSince = since === null ? {} : { messagesSince: since }
    // They are read before the commit, because a read that fails after it would say that nothing was written.
    return { outcome, kept: await hostConversation(inner, kept), restored: await hostConversation(inner, lost), ...messagesSince }
  })
}

interface Parted extends Pick<UnmergeResult, 'outcome'> {
  readonly kept: ConversationRow
  readonly lost: ConversationRow
  /** How many messages have come under the ids that the merge had linked. */
  readonly since: number | null
}

/** Undoes a merge, in a transaction. */
export async function undoMerge(context: MongoContext, input: WriteStamp & { readonly mergeId: string }, attempt: number): Promise<Parted> {
  const { accountId, mergeId, operationId } = input
  const { conversations, conversation_merges } = context.collections
  const { doc, serverNow } = await findNow(context, 'conversation_merges', { accountId, _id: mergeId })
  if (doc === null) throw new ConversationStoreError('NOT_FOUND', { what: 'merge' })
  const merge = mergeRow(doc)
  const { links } = merge
  const since = links && (await messagesSince(context, merge, links))
  if (merge.undoneAt !== null) {
    const kept = await findKept(context, accountId, merge.keptId)
    const lost = await findKept(context, accountId, merge.lost.id)
    if (kept === null || lost === null) throw new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
    return { outcome: merge.undoneBy === operationId ? 'unmerged' : 'unchanged', kept: kept.row, lost: lost.row, since }
  }
  if (attempt > 1) await lockEarly(context, accountId, { conversationId: merge.keptId })
  const held = await findRow(context, { accountId, _id: merge.keptId })
  if (held === null) throw contention(1)
  requireLast(held.row, mergeId)
  const now = input.now ?? serverNow
  const stamp = { accountId, serverNow, now, resentAfter: resentAfter(input.firstSentAt) }
  const parting = links && (await planParting(context, { world: loadedWorld(), stamp, operationId }, merge, links))
  const { kept: left, lost: own } = parted(held.row, merge, now)
  const head = parting === null ? await headOf(context, accountId, own.contactInboxId) : null
  // Each of the two has its own copies of messages again.
  const unreadCount = await unreadOf(context, own)
  const kept = await withLatest(context, { ...left, unreadCount: await unreadOf(context, left) }, merge.before)
  const back = restored({ ...own, ...(parting?.customerOf(own) ?? customerOf(own, head)) }, kept, merge, now)
  const lost = await withLatest(context, { ...back, unreadCount }, own)
  if (lost.status !== 'closed') {
    const conversationId = parting?.activeId ?? null
    if (conversationId !== null) throw new ConversationStoreError('ACTIVE_CONVERSATION_EXISTS', { conversationId })
    await requirePlace(context, lost, [kept])
  }

  // It comes first, because it may still refuse.
  if (parting !== null) await partContactsOf(context, input)
  if (!(await replaceRow(context, held.row, kept))) throw contention(1)
  await conversations.insertOne({ ...foreignFields(doc.lost as Doc), ...conversationInGroup(lost, groupOrNull(head)) }, inSession(context))
  const inner = lost.parts.map((part) => part.mergeId)
  if (inner.length > 0) {
    await conversation_merges.updateMany({ accountId, _id: { $in: inner } }, { $set: { kept_id: lost.id } }, inSession(context))
  }
  if (parting !== null) await writeParting(context, parting)
  const undone = { $set: { undone_at: now, undone_by: operationId }, $unset: { standing: '' } }
  const { matchedCount } = await conversation_merges.updateOne({ accountId, _id: mergeId, standing: true }, undone, inSession(context))
  if (matchedCount === 0) throw contention(1)
  await lockContactInboxes(context, accountId, [lost.contactInboxId, kept.contactInboxId])
  return { outcome: 'unmerged', kept, lost, since }
}

/** What a document holds that no row tells. A field that the row leaves out now must not come back with it. */
function foreignFields({ group: _, ...stored }: Doc): Doc {
  const known = conversationDocument(conversationRow(stored))
  return Object.fromEntries(Object.entries(stored).filter(([field]) => !(field in known)))
}

/** The customer as it is known now: its ids may have been linked to another's since. */
function customerOf(row: ConversationRow, doc: Doc | null): Partial<ConversationRow> {
  if (doc === null) return {}
  const head = contactInboxRow(doc)
  return { ...underHead(row, head), contactId: head.contactId ?? row.contactId }
}

function mergeRow(doc: Doc): MergeRow {
  return {
    id: text(doc._id),
    accountId: text(doc.accountId),
    keptId: text(doc.kept_id),
    lost: conversationRow(doc.lost as Doc),
    before: keptBefore(doc.before as Doc),
    undoneAt: timeOrNull(doc.undone_at),
    undoneBy: textOrNull(doc.undone_by),
    links: doc.links === undefined ? null : mergeLinks(doc.links as Doc),
    createdAt: time(doc.created_at),
  }
}
