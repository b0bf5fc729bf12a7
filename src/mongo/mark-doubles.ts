import { copiesMarkedAtOnce } from '../model/planning/copies-at-once.js'
import { type Copy, hiddenCopies } from '../model/planning/doubles-of-merge.js'
import { horizonsOf } from '../model/planning/read-horizons.js'
import type { ConversationRow } from '../model/planning/rows.js'
import { inSession, type MongoContext } from './context.js'
import type { Doc } from './driver.js'
import { allCopies, copiesAfter, type FoundCopy, type Side, type Sides, sidesOf } from './find-copies.js'
import { latestState } from './find-now.js'
import { messageKeys } from './schema/hinted-keys.js'
import { inTransaction } from './transaction.js'

export interface Merging {
  readonly kept: ConversationRow
  readonly lost: ConversationRow
  readonly mergeId: string
}

/** What was found and marked before the transaction of a merge. */
export interface PreparedDoubles {
  readonly kept: ConversationRow
  readonly lost: ConversationRow
  readonly copies: readonly FoundCopy[]
  readonly marked: ReadonlySet<string>
  /** The people of both conversations and where their messages are stored, as a text. */
  readonly people: string
}

/**
 * Marks most of what a merge will hide, outside its transaction, because a transaction that marks 200,000 messages
 * would keep every writer waiting. The marks mean nothing until the merge stands, so a crash leaves nothing to repair.
 * Null where the transaction does all of it by itself.
 */
export async function prepareDoubles(context: MongoContext, { kept, lost, mergeId }: Merging): Promise<PreparedDoubles | null> {
  if (context.session !== null || Math.min(kept.lastSeq, lost.lastSeq) <= copiesMarkedAtOnce) return null
  const sides = await sidesOf(context, kept, lost)
  if (sides === null) return null
  const copies = await allCopies(context, sides)
  const hidden = hiddenAmong(copies, kept, lost).map(({ id }) => id)
  for (let from = 0; from < hidden.length; from += copiesMarkedAtOnce) {
    const some = hidden.slice(from, from + copiesMarkedAtOnce)
    if (!(await inTransaction(context, (inner) => markSome(inner, { kept, lost, mergeId }, some)))) return null
  }
  return { kept, lost, copies, marked: new Set(hidden), people: peopleOf(sides) }
}

/**
 * The transaction writes both conversations, so that no other merge of them that stands has its marks taken over. False
 * if one of them is gone.
 */
async function markSome(context: MongoContext, { kept, lost, mergeId }: Merging, ids: readonly string[]): Promise<boolean> {
  const { accountId } = kept
  for (const { id } of [kept, lost]) {
    const held = await context.collections.conversations.updateOne({ accountId, _id: id }, { $inc: { lock: 1 } }, inSession(context))
    if (held.matchedCount === 0) return false
  }
  await mark(context, { accountId, _id: { $in: ids } }, { $set: { double_in: mergeId } })
  return true
}

/**
 * Marks the messages that a merge hides, and their events, and returns what is hidden. The rules are those of
 * src/model/planning/doubles-of-merge.ts. If the merge was prepared, only what has come since is looked up, and only
 * what has to be marked otherwise is written.
 */
export async function markDoubles(context: MongoContext, merging: Merging, prepared: PreparedDoubles | null): Promise<readonly Copy[]> {
  const { kept, lost, mergeId } = merging
  const sides = await sidesOf(context, kept, lost)
  if (sides === null) return []
  const isCurrent = prepared !== null && (await isUnchanged(context, sides, merging, prepared))
  const copies = isCurrent ? [...prepared.copies, ...(await laterCopies(context, sides, prepared))] : await allCopies(context, sides)
  const hidden = hiddenAmong(copies, kept, lost)
  const now = hidden.map(({ id }) => id)
  const of = { accountId: kept.accountId }
  const hide = (ids: readonly string[]) =>
    inChunks(ids, (some) => mark(context, { ...of, _id: { $in: some } }, { $set: { double_in: mergeId } }))
  const show = { $unset: { double_in: '' } }
  if (isCurrent) {
    await hide(now.filter((id) => !prepared.marked.has(id)))
    const isHidden = new Set(now)
    await inChunks(
      [...prepared.marked].filter((id) => !isHidden.has(id)),
      (some) => mark(context, { ...of, _id: { $in: some } }, show),
    )
    return hidden
  }
  if (prepared !== null) await mark(context, markedBy(merging), show)
  await hide(now)
  return hidden
}

/** The copies of which one came after the preparation. */
async function laterCopies(context: MongoContext, { shorter, longer }: Sides, prepared: PreparedDoubles): Promise<readonly FoundCopy[]> {
  const seen = new Map([prepared.kept, prepared.lost].flatMap((row) => horizonsOf(row).map(({ id, lastSeq }) => [id, lastSeq] as const)))
  const seenIn = (storedId: string) => seen.get(storedId) ?? 0
  const ofShorter = await copiesAfter(context, { from: shorter, to: longer }, seenIn)
  return [...ofShorter, ...(await copiesAfter(context, { from: longer, to: shorter }, seenIn))]
}

/**
 * Whether what was prepared still tells everything about the messages that were there. It does not if a conversation
 * holds others since, if ids were linked, if a message came live, if a reply got its id, or if another merge took marks
 * over.
 */
async function isUnchanged(context: MongoContext, sides: Sides, merging: Merging, prepared: PreparedDoubles): Promise<boolean> {
  const { kept, lost } = merging
  const isSame = (a: ConversationRow, b: ConversationRow) => a.id === b.id && a.parts.length === b.parts.length
  if (!isSame(kept, prepared.kept) || !isSame(lost, prepared.lost) || peopleOf(sides) !== prepared.people) return false
  for (const { accountId, id, lastEventSeq } of [prepared.kept, prepared.lost]) {
    const filter = { accountId, conversation_id: id, event_seq: { $gt: lastEventSeq }, type: { $in: ['message_live', 'message_sent'] } }
    if ((await context.collections.contact_interaction_events.findOne(filter, latestState(context))) !== null) return false
  }
  const marked = await context.collections.messages.countDocuments(markedBy(merging), { ...latestState(context), hint: messageKeys.seq })
  return marked === prepared.marked.size
}

function peopleOf({ shorter, longer }: Sides): string {
  return JSON.stringify([shorter, longer].map(({ people }: Side) => people.map(({ id, oaId, scopes }) => [id, oaId, scopes]).sort()).sort())
}

function hiddenAmong(copies: readonly FoundCopy[], kept: ConversationRow, lost: ConversationRow): readonly Copy[] {
  const places = new Map([kept, lost].flatMap((row) => horizonsOf(row).map((part) => [part.id, part] as const)))
  const known = new Map(copies.map((copy) => [copy.id, copy]))
  return hiddenCopies(
    [...known.values()].flatMap((copy) => {
      const part = places.get(copy.storedId)
      return part === undefined ? [] : [copy.at({ seqBase: part.seqBase, readSeq: part.readSeq })]
    }),
  )
}

/** A message has the id of its event. */
async function mark(context: MongoContext, filter: Doc, change: Doc): Promise<void> {
  await context.collections.messages.updateMany(filter, change, inSession(context))
  await context.collections.contact_interaction_events.updateMany(filter, change, inSession(context))
}

async function inChunks(ids: readonly string[], work: (some: readonly string[]) => Promise<void>): Promise<void> {
  for (let from = 0; from < ids.length; from += copiesMarkedAtOnce) await work(ids.slice(from, from + copiesMarkedAtOnce))
}

/** A filter for what has the mark of a merge. */
function markedBy({ kept, lost, mergeId }: Merging): Doc {
  const stored = [kept, lost].flatMap((row) => horizonsOf(row).map(({ id }) => id))
  return { accountId: kept.accountId, conversation_id: { $in: stored }, double_in: mergeId }
}
