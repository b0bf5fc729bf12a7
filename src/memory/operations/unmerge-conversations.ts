import { ConversationStoreError } from '../../model/errors.js'
import type { ChangeStamp } from '../../model/planning/change-conversation.js'
import { beginLink } from '../../model/planning/link-identities.js'
import { raiseOthers } from '../../model/planning/link-people.js'
import { parted, requireLast, restored, underHead } from '../../model/planning/merge-conversations.js'
import { latestMessageOf } from '../../model/planning/merged-parts.js'
import { customerAgain, partPeople, requireParting } from '../../model/planning/part-people.js'
import { conversationOf } from '../../model/planning/people.js'
import { messagePreview } from '../../model/planning/preview.js'
import { horizonsOf } from '../../model/planning/read-horizons.js'
import type { ConversationRow, EventRow, MergeLinks, MergeRow } from '../../model/planning/rows.js'
import { headOf } from '../../model/planning/scopes.js'
import { later, listedAt } from '../../model/planning/times.js'
import { countsAsUnread } from '../../model/planning/unread.js'
import { waitOf } from '../../model/planning/waiting-customer.js'
import type { UnmergeResult, WriteStamp } from '../../store/adapter.js'
import type { MemoryAccount } from '../account.js'
import type { MemoryDatabase } from '../database.js'
import { stampOf } from '../write-stamp.js'
import { requirePlace } from './merge-conversations.js'
import { partContactsOf } from './unmerge-contacts.js'

/** Makes two conversations of one that was merged. */
export function unmergeConversations(database: MemoryDatabase, input: WriteStamp & { readonly mergeId: string }): UnmergeResult {
  const account = database.account(input.accountId)
  const { merges, world } = account
  return account.write(() => {
    const merge = merges.rows.get(input.mergeId)
    if (merge === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'merge' })
    const since = newsSince(account, merge)
    const messagesSince = since === null ? {} : { messagesSince: since.filter(({ type }) => type === 'message').length }
    if (merge.undoneAt !== null) {
      const outcome = merge.undoneBy === input.operationId ? 'unmerged' : 'unchanged'
      return { ...answer(outcome, world.conversation(merge.keptId), world.conversation(merge.lost.id)), ...messagesSince }
    }
    const { kept, lost } = undoMerge(account, merge, stampOf(input))
    return { ...answer('unmerged', kept, lost), ...messagesSince }
  })

  function answer(outcome: UnmergeResult['outcome'], kept: ConversationRow | null, lost: ConversationRow | null): UnmergeResult {
    if (kept === null || lost === null) throw new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
    return { outcome, kept: conversationOf(world, kept), restored: conversationOf(world, lost) }
  }
}

/**
 * The events that have come into the kept conversation under the ids of the lost one's customer since the merge. Null
 * for a merge that has linked nobody.
 */
function newsSince({ events }: MemoryAccount, { keptId, links }: MergeRow): readonly EventRow[] | null {
  if (links === null) return null
  const ids = new Set(links.lostIds.map(({ id }) => id))
  return [...events.rows.values()].filter(
    (row) => row.conversationId === keptId && ids.has(row.contactInboxId) && (row.eventSeq ?? 0) > links.lastEventSeq,
  )
}

/** Undoes a merge that stands. */
export function undoMerge(
  account: MemoryAccount,
  merge: MergeRow,
  stamp: ChangeStamp,
): { readonly kept: ConversationRow; readonly lost: ConversationRow } {
  const { conversations, merges, messages, world } = account
  const { now, operationId } = stamp
  const held = conversations.rows.get(merge.keptId)
  if (held === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
  requireLast(held, merge.id)
  const { kept: left, lost: own } = parted(held, merge, now)
  const kept = withLatest({ ...left, unreadCount: unreadOf(left) }, merge.before)
  conversations.put(kept)
  if (merge.links !== null) part(merge.links)
  const customer = merge.links === null ? customerOf(own) : customerAgain(world, merge.links, own)
  const lost = withLatest({ ...restored({ ...own, ...customer }, kept, merge, now), unreadCount: unreadOf(own) }, own)
  if (lost.status !== 'closed') requirePlace(world, lost, null)
  conversations.put(lost)
  for (const { id, mergeId } of lost.parts) {
    const inner = merges.rows.get(mergeId)
    if (inner && inner.lost.id === id) merges.put({ ...inner, keptId: lost.id })
  }
  merges.put({ ...merge, undoneAt: now, undoneBy: operationId })
  if (merge.links !== null) partContactsOf(account, merge.id, stamp)
  return { kept, lost }

  function part(links: MergeLinks): void {
    requireParting(world, links)
    for (const { id } of links.conversations) {
      const since = conversations.rows.has(id) ? null : merges.of(id)
      if (since !== null) throw new ConversationStoreError('MERGE_REFUSED', { reason: 'not the last', mergeId: since.id })
    }
    const hasNews = newsSince(account, merge)?.length !== 0
    const plan = beginLink(world, { ...stamp, accountId: merge.accountId }, operationId)
    partPeople(plan, links, merge.keptId, hasNews)
    raiseOthers(plan, merge.keptId)
  }

  /** Each of the two has its own copies of messages again. */
  function unreadOf(row: ConversationRow): number {
    return horizonsOf(row)
      .flatMap((horizon) => messages.after(horizon, horizon.readSeq))
      .filter(countsAsUnread).length
  }

  /** The conversation as its messages are, whose times are at least those from before the merge. */
  function withLatest(row: ConversationRow, before: Pick<ConversationRow, 'lastMessageAt' | 'lastActivityAt'>): ConversationRow {
    const latest = latestMessageOf(world, row)
    const shown = { ...waitOf(world, row), lastMessageRowId: latest?.id ?? null, lastMessagePreview: latest && messagePreview(latest) }
    const { lastMessageAt, lastActivityAt } = before
    if (latest === null) return { ...row, ...shown, lastMessageAt, lastActivityAt }
    const at = listedAt(latest)
    return { ...row, ...shown, lastMessageAt: later(lastMessageAt, at), lastActivityAt: later(lastActivityAt, at) }
  }

  /** The customer as it is known now: its ids may have been linked to another's since. */
  function customerOf(row: ConversationRow): Partial<ConversationRow> {
    const own = world.contactInboxById(row.contactInboxId)
    const head = own && headOf(world, own)
    return head === null ? {} : { ...underHead(row, head), contactId: head.contactId ?? row.contactId }
  }
}
