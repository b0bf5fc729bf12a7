import { type Copy, hiddenCopies } from '../model/planning/doubles-of-merge.js'
import { horizonsOf } from '../model/planning/read-horizons.js'
import type { ConversationRow } from '../model/planning/rows.js'
import { inSession, type MongoContext } from './context.js'
import type { Doc } from './driver.js'
import { copiesAfter, type FoundCopy, type Side, type Sides, sidesOf } from './find-copies.js'
import { latestState } from './find-now.js'

/** How many documents one command marks. */
const atOnce = 5_000
/** Conversations with more messages than these are prepared before the transaction of their merge. */
const markedInTransaction = 1_000

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
  /** Whether all of those have the mark. Another merge may have been faster. */
  readonly isMarked: boolean
  /** The people of both conversations and where their messages are stored, as a text. */
  readonly people: string
}

/**
 * Marks most of what a merge will hide, outside its transaction, because a transaction that marks 200,000 messages
 * would keep every writer waiting. The marks mean nothing until the merge stands, so a crash leaves nothing to repair.
 * Null where the transaction does all of it by itself.
 */
export async function prepareDoubles(context: MongoContext, { kept, lost, mergeId }: Merging): Promise<PreparedDoubles | null> {
  if (context.session !== null || Math.min(kept.lastSeq, lost.lastSeq) <= markedInTransaction) return null
  const sides = await sidesOf(context, kept, lost)
  if (sides === null) return null
  const copies = await allCopies(context, sides)
  const hidden = hiddenAmong(copies, kept, lost).map(({ id }) => id)
  // The mark of another merge may be one that stands by now.
  const filter = { accountId: kept.accountId, double_in: { $in: [null, mergeId] } }
  const isMarked = (await mark(context, hidden, filter, { $set: { double_in: mergeId } })) === hidden.length
  return { kept, lost, copies, marked: new Set(hidden), isMarked, people: peopleOf(sides) }
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
  const before = prepared?.marked ?? new Set<string>()
  const now = new Set(hidden.map(({ id }) => id))
  const toMark = isCurrent && prepared.isMarked ? [...now].filter((id) => !before.has(id)) : [...now]
  const { accountId } = kept
  await mark(context, toMark, { accountId }, { $set: { double_in: mergeId } })
  await mark(
    context,
    [...before].filter((id) => !now.has(id)),
    { accountId, double_in: mergeId },
    { $unset: { double_in: '' } },
  )
  return hidden
}

/** The messages of the shorter conversation are gone through, and each of them is looked up in the other one. */
function allCopies(context: MongoContext, { world, shorter, longer }: Sides): Promise<readonly FoundCopy[]> {
  return copiesAfter(context, world, { from: shorter, to: longer }, () => 0)
}

/** The copies of which one came after the preparation. */
async function laterCopies(
  context: MongoContext,
  { world, shorter, longer }: Sides,
  prepared: PreparedDoubles,
): Promise<readonly FoundCopy[]> {
  const seen = new Map([prepared.kept, prepared.lost].flatMap((row) => horizonsOf(row).map(({ id, lastSeq }) => [id, lastSeq] as const)))
  const seenIn = (storedId: string) => seen.get(storedId) ?? 0
  const ofShorter = await copiesAfter(context, world, { from: shorter, to: longer }, seenIn)
  return [...ofShorter, ...(await copiesAfter(context, world, { from: longer, to: shorter }, seenIn))]
}

/**
 * Whether what was prepared still tells everything about the messages that were there. It does not if a conversation
 * holds others since, if ids were linked, if a message came live, or if a reply got its id.
 */
async function isUnchanged(context: MongoContext, sides: Sides, { kept, lost }: Merging, prepared: PreparedDoubles): Promise<boolean> {
  const isSame = (a: ConversationRow, b: ConversationRow) => a.id === b.id && a.parts.length === b.parts.length
  if (!isSame(kept, prepared.kept) || !isSame(lost, prepared.lost) || peopleOf(sides) !== prepared.people) return false
  for (const { accountId, id, lastEventSeq } of [prepared.kept, prepared.lost]) {
    const filter = { accountId, conversation_id: id, event_seq: { $gt: lastEventSeq }, type: { $in: ['message_live', 'message_sent'] } }
    if ((await context.collections.contact_interaction_events.findOne(filter, latestState(context))) !== null) return false
  }
  return true
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

/** How many of the messages were changed. A message has the id of its event. */
async function mark(context: MongoContext, ids: readonly string[], filter: Doc, change: Doc): Promise<number> {
  let matched = 0
  for (let from = 0; from < ids.length; from += atOnce) {
    const some = { ...filter, _id: { $in: ids.slice(from, from + atOnce) } }
    matched += (await context.collections.messages.updateMany(some, change, inSession(context))).matchedCount
    await context.collections.contact_interaction_events.updateMany(some, change, inSession(context))
  }
  return matched
}
