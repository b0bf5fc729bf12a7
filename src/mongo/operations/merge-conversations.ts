import { ConversationStoreError } from '../../model/errors.js'
import { withoutDoubles } from '../../model/planning/doubles-of-merge.js'
import { linksPeople } from '../../model/planning/link-people.js'
import { holding, mergeOf, takesStatus } from '../../model/planning/merge-conversations.js'
import type { ConversationRow } from '../../model/planning/rows.js'
import type { ConversationTarget, Merge, MergeResult, WriteStamp } from '../../store/adapter.js'
import { resentAfter } from '../../store/first-sending.js'
import { replaceRow } from '../change-by-version.js'
import { inSession, type MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { findNow } from '../find-now.js'
import { canonicalContactInbox, conversationNotFound } from '../find-target.js'
import { hostConversation } from '../host-conversation.js'
import { joinContacts } from '../join-contacts.js'
import { type Linked, linkMerged, loadLinkable } from '../link-merged.js'
import { lockEarly } from '../lock-early.js'
import { markDoubles, type PreparedDoubles, prepareDoubles } from '../mark-doubles.js'
import {
  type FoundConversation,
  findKept,
  findRow,
  groupOrNull,
  headOf,
  latestIn,
  lockContactInboxes,
  requirePlace,
  standingMerge,
  waitIn,
} from '../merge-rows.js'
import { inTransaction } from '../transaction.js'
import { contention } from '../translate-error.js'
import { markLeft, markStep } from '../upsert/mark-left.js'
import { writeMerges } from '../write-merge.js'

/**
 * Makes one conversation of two. It is one transaction, which writes both conversations and the contact inboxes that
 * they belong to, so that every other write to one of them conflicts with it. Of the messages only those are written
 * that it hides. Throws UNSUPPORTED.
 */
export async function mergeConversations(context: MongoContext, input: WriteStamp & Merge): Promise<MergeResult> {
  if (!(await context.deployment()).transactions) throw needsTransactions('mergeConversations')
  const prepared = await prepare(context, input)
  for (;;) {
    // What is answered is read before the commit. A read that fails after it would say that nothing was written.
    const { outcome, mergeId, conversation, linked } = await inTransaction(context, async (inner, attempt) => {
      const merged = await merge(inner, input, attempt, prepared)
      return { ...merged, conversation: await hostConversation(inner, merged.row) }
    })
    for (const [contactInboxId, ids] of linked?.markFirst ?? []) await markStep(context, input.accountId, contactInboxId, ids)
    if (linked !== null && linked.markFirst.size > 0) continue
    const marking = markLeft(context, input.accountId, linked?.leftUnder ?? [])
    // The merge is committed, and the contact inbox tells what is left, so an error here does not fail the call.
    await (context.session === null ? marking.catch(() => undefined) : marking)
    return { outcome, mergeId, conversation }
  }
}

interface Merged extends Pick<MergeResult, 'outcome' | 'mergeId'> {
  readonly row: ConversationRow
  readonly linked: Linked | null
}

/** Looks for what both have before the transaction, so that the transaction is short. */
async function prepare(context: MongoContext, { accountId, keep, lose, operationId }: WriteStamp & Merge): Promise<PreparedDoubles | null> {
  if (context.session !== null) return null
  // A merge that is sent again must not mark anything: its marks mean something already.
  if ((await context.collections.conversation_merges.findOne({ accountId, _id: operationId })) !== null) return null
  const [kept, lost] = [await find(context, accountId, keep), await find(context, accountId, lose)]
  if (kept === null || lost === null || kept.row.id === lost.row.id) return null
  return prepareDoubles(context, { kept: kept.row, lost: lost.row, mergeId: operationId })
}

async function merge(context: MongoContext, input: WriteStamp & Merge, attempt: number, prepared: PreparedDoubles | null): Promise<Merged> {
  const { accountId, operationId, expectedVersions, keep, lose } = input
  // A message writes its conversation at once. So among live writers this only wins if it does the same.
  if (attempt > 1) for (const target of [keep, lose]) await lockEarly(context, accountId, target)
  const { conversations } = context.collections
  const { doc: done, serverNow } = await findNow(context, 'conversation_merges', { accountId, _id: operationId })
  if (done !== null) {
    const { row } = required(await findKept(context, accountId, String(done.kept_id)))
    return { outcome: 'merged', mergeId: operationId, row, linked: null }
  }
  const found = [required(await find(context, accountId, input.keep)), required(await find(context, accountId, input.lose))] as const
  const [{ row: kept }, { row: lost, doc }] = found
  if (kept.id === lost.id) {
    const before = 'conversationId' in input.lose ? await standingMerge(context, accountId, input.lose.conversationId) : null
    if (before !== null) {
      const mergeId = String(before._id)
      const own = input.link ? await headOf(context, accountId, String(Reflect.get(Object(before.lost), 'contact_inbox_id'))) : null
      if (own !== null && linksPeople(input.link, kept, { contactInboxId: String(own._id) })) {
        throw new ConversationStoreError('MERGE_REFUSED', { reason: 'merged without link', mergeId })
      }
      return { outcome: 'unchanged', mergeId, row: kept, linked: null }
    }
    throw new ConversationStoreError('MERGE_REFUSED', { reason: 'same conversation', mergeId: null })
  }
  requireVersion(kept, expectedVersions.keep)
  requireVersion(lost, expectedVersions.lose)
  const now = input.now ?? serverNow
  const stamp = { accountId, serverNow, now, resentAfter: resentAfter(input.firstSentAt) }
  const people = linksPeople(input.link, kept, lost) ? await loadLinkable(context, stamp, operationId, found) : null
  const isOpened = kept.status === 'closed' && takesStatus(kept, lost)
  if (isOpened) await requirePlace(context, { ...kept, status: lost.status }, [{ ...lost, status: 'closed' }])
  const held = holding(kept, people === null ? lost : { ...lost, contactInboxId: kept.contactInboxId }, operationId, now)
  const hidden = await markDoubles(context, { kept, lost, mergeId: operationId }, prepared)
  const latest = hidden.length === 0 ? null : await latestIn(context, held)
  const next = { ...held, ...withoutDoubles(held, hidden, () => latest), ...(await waitIn(context, held)) }
  if (people !== null) {
    const linked = await linkMerged(context, people, { kept, next, lost: found[1] })
    const { kept: keptHead, lost: lostHead } = linked.links
    const pair = { mergeId: operationId, keptId: keptHead.contactId, lostId: lostHead.contactId }
    if (linked.markFirst.size === 0) await joinContacts(context, stamp, [pair])
    return { outcome: 'merged', mergeId: operationId, row: people.world.conversation(next.id) ?? next, linked }
  }

  const head = await headOf(context, accountId, kept.contactInboxId)
  await conversations.deleteOne({ accountId, _id: lost.id }, inSession(context))
  const group = next.status === 'closed' ? null : groupOrNull(head)
  if (!(await replaceRow(context, kept, next, isOpened ? group : null))) throw contention(1)
  await writeMerges(context, [{ merge: mergeOf(kept, lost, operationId, now), lost: doc }])
  const lostHead = await headOf(context, accountId, lost.contactInboxId)
  await lockContactInboxes(
    context,
    accountId,
    [head, lostHead].flatMap((each) => (each === null ? [] : [String(each._id)])),
  )
  return { outcome: 'merged', mergeId: operationId, row: next, linked: null }
}

/** The conversation that is meant: by its id, by that of one that was merged into it, or a customer's active one. */
async function find(context: MongoContext, accountId: string, target: ConversationTarget): Promise<FoundConversation | null> {
  if ('conversationId' in target) return findKept(context, accountId, target.conversationId)
  const canonical = await canonicalContactInbox(context, accountId, target)
  return canonical && findRow(context, { accountId, contact_inbox_id: canonical.id, active: true })
}

function required(found: FoundConversation | null): FoundConversation {
  if (found === null) throw conversationNotFound()
  return found
}

function requireVersion({ version }: ConversationRow, expected: number | null): void {
  if (expected !== null && expected !== version) throw new ConversationStoreError('VERSION_CONFLICT', { expected, actual: version })
}
