import { ConversationStoreError } from '../model/errors.js'
import type { ItemStamp } from '../model/planning/item-plan.js'
import { beginLink } from '../model/planning/link-identities.js'
import { linkPeople, linksOf, raiseOthers, requireLinkable } from '../model/planning/link-people.js'
import { mergeOf } from '../model/planning/merge-conversations.js'
import { customerAgain, partPeople, requireParting } from '../model/planning/part-people.js'
import type { ConversationRow, MergeLinks, MergeRow } from '../model/planning/rows.js'
import { inSession, type MongoContext } from './context.js'
import type { Doc } from './driver.js'
import { latestState } from './find-now.js'
import type { FoundConversation } from './merge-rows.js'
import { dropWaiting } from './upsert/drop-waiting.js'
import { type GroupChanges, groupChanges, writeGroups } from './upsert/group-changes.js'
import { leaveToMark, mustMarkFirst } from './upsert/leave-to-mark.js'
import { loadDocuments } from './upsert/load-needs.js'
import { type LoadedWorld, loadedWorld } from './upsert/loaded-world.js'
import { type Locks, locksFor } from './upsert/locks.js'
import { noting, planInRounds } from './upsert/plan-in-rounds.js'
import { writeChanges } from './upsert/write-changes.js'

/** The customers of two conversations, as a transaction reads and writes them. */
export interface People {
  readonly world: LoadedWorld
  readonly stamp: ItemStamp
  readonly operationId: string
}

/** Loads two customers who are to become one person. Throws MERGE_REFUSED, ACTIVE_CONVERSATION_EXISTS. */
export async function loadLinkable(
  context: MongoContext,
  stamp: ItemStamp,
  operationId: string,
  found: readonly [kept: FoundConversation, lost: FoundConversation],
): Promise<People> {
  const world = loadedWorld()
  const [kept, lost] = found
  loadDocuments(world, 'conversations', [kept.doc, lost.doc])
  await planPeople(context, { world, stamp, operationId }, () => requireLinkable(world, kept.row, lost.row))
  return { world, stamp, operationId }
}

/** What a merge of two customers is about: the kept conversation before and after it, and the lost one. */
interface LinkedMerge {
  readonly kept: ConversationRow
  readonly next: ConversationRow
  readonly lost: FoundConversation
}

export interface Linked {
  readonly links: MergeLinks
  /** What must be marked before anything can be written. If there is any, nothing was written. */
  readonly markFirst: ReadonlyMap<string, readonly string[]>
  readonly leftUnder: readonly string[]
}

/** Writes a merge, and makes the two customers one person. What the merge hides is marked already. */
export async function linkMerged(context: MongoContext, people: People, { kept, next, lost }: LinkedMerge): Promise<Linked> {
  const { world, stamp, operationId } = people
  const { accountId, now } = stamp
  const { result, locks, groups } = await planPeople(context, people, () => {
    const links = linksOf(world, kept, lost.row)
    world.putMerge(mergeOf(kept, lost.row, operationId, now, links))
    world.putConversation(next)
    linkPeople(beginLink(world, stamp, operationId), links, next.id)
    return { links, markFirst: mustMarkFirst(world) }
  })
  const leftUnder = [...new Set(world.leftToMark().map(({ contactInboxId }) => contactInboxId))]
  if (result.markFirst.size > 0) return { ...result, leftUnder }
  await writePeople(context, people, locks, groups)
  // The document of the lost conversation may have fields that no row tells.
  await context.collections.conversation_merges.updateOne({ accountId, _id: operationId }, { $set: { lost: lost.doc } }, inSession(context))
  return { ...result, leftUnder }
}

export interface Parting {
  readonly people: People
  readonly locks: Locks
  readonly groups: GroupChanges
  /** The lost customer's conversation that would be active beside the restored one. */
  readonly activeId: string | null
  /** The restored conversation's customer. */
  customerOf(row: ConversationRow): Partial<ConversationRow>
}

/** Plans how the two customers of a merge are parted again, and writes nothing. Throws MERGE_REFUSED. */
export async function planParting(
  context: MongoContext,
  people: People,
  { accountId, keptId }: MergeRow,
  links: MergeLinks,
): Promise<Parting> {
  const { world, stamp, operationId } = people
  await planPeople(context, people, () => requireParting(world, links))
  const since = { accountId, lost_id: { $in: links.conversations.map((row) => row.id) }, standing: true }
  const sorted = { ...latestState(context), sort: { lost_id: 1 }, limit: 1 }
  const [later] = await context.collections.conversation_merges.find(since, sorted).toArray()
  if (later !== undefined) throw new ConversationStoreError('MERGE_REFUSED', { reason: 'not the last', mergeId: String(later._id) })
  const hasNews = (await countSince(context, { accountId, keptId, links }, {})) > 0
  const { result, locks, groups } = await planPeople(context, people, () => {
    const plan = beginLink(world, stamp, operationId)
    partPeople(plan, links, keptId, hasNews)
    raiseOthers(plan, keptId)
    return { activeId: world.activeConversation(links.lost.id)?.id ?? null }
  })
  return { people, locks, groups, activeId: result.activeId, customerOf: (row) => customerAgain(world, links, row) }
}

/** Writes what was planned, once the restored conversation is there. */
export function writeParting(context: MongoContext, { people, locks, groups }: Parting): Promise<void> {
  return writePeople(context, people, locks, groups)
}

/** How many messages have come under the lost ids since, which stay in the kept conversation. */
export function messagesSince(context: MongoContext, merge: Pick<MergeRow, 'accountId' | 'keptId'>, links: MergeLinks): Promise<number> {
  return countSince(context, { ...merge, links }, { type: 'message' })
}

interface Since extends Pick<MergeRow, 'accountId' | 'keptId'> {
  readonly links: MergeLinks
}

function countSince(context: MongoContext, { accountId, keptId, links }: Since, match: Doc): Promise<number> {
  const ids = { $in: links.lostIds.map(({ id }) => id) }
  const filter = { accountId, conversation_id: keptId, event_seq: { $gt: links.lastEventSeq }, ...match }
  const isTheirs = { $or: [{ own_id: ids }, { own_id: { $exists: false }, contact_inbox_id: ids }] }
  return context.collections.contact_interaction_events.countDocuments({ ...filter, ...isTheirs }, latestState(context))
}

/** Plans with what has to be loaded for it. What `work` throws passes through. */
export async function planPeople<T>(context: MongoContext, { world, stamp }: People, work: () => T) {
  return planInRounds(context, world, stamp.accountId, (needs) =>
    noting(needs, () => ({ result: work(), locks: locksFor(world), groups: groupChanges(world) })),
  )
}

/** Writes what was planned of people. */
export async function writePeople(context: MongoContext, { world, stamp }: People, locks: Locks, groups: GroupChanges): Promise<void> {
  await writeChanges(context, world, locks, groups)
  await writeGroups(context, stamp.accountId, groups)
  await leaveToMark(context, stamp.accountId, world)
  await dropWaiting(context, stamp.accountId, world)
}
