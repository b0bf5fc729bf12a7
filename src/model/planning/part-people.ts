import { ConversationStoreError } from '../errors.js'
import { putConversation } from './item-plan.js'
import { headById, type LinkPlan, touch } from './link-identities.js'
import { joinedWatermarks } from './link-people.js'
import { underHead } from './merge-conversations.js'
import { inOwnForm } from './one-form.js'
import { marksOf } from './people.js'
import type { ContactInboxRow, ConversationRow, IdentityMark, MergeLinks, Watermark } from './rows.js'
import type { World } from './world.js'

/**
 * Refuses to part two customers whom a merge has made one person, if they can't be told apart any more: an id has come
 * to the person since, one of the lost customer's has gone or has another name, or the person became one with another.
 * Throws MERGE_REFUSED.
 */
export function requireParting(world: World, links: MergeLinks): void {
  if (!canPart(world, links)) throw new ConversationStoreError('MERGE_REFUSED', { reason: 'linked since', mergeId: null })
}

/** Whether two people who have become one can still be told apart. */
export function canPart(world: World, { kept, lostIds, keptIds }: MergeLinks): boolean {
  const head = world.contactInboxById(kept.id)
  const aliases = new Map(world.aliasesOf(kept.id).map((row) => [row.id, row]))
  const isTheirs = lostIds.every(({ id, customerId }) => aliases.get(id)?.customerId === customerId)
  const known = new Set([...keptIds, ...lostIds.map(({ id }) => id)])
  return head !== null && head.canonicalId === null && isTheirs && [...aliases.keys()].every((id) => known.has(id))
}

/**
 * Parts the customers of a merge: each has its ids, scopes, contact and conversations as before, and what was found out
 * of an id since stays with it. Where something came under the lost ids since (`hasNews`), those look for it with the
 * kept customer, so that it is known when it comes again. An id that both had is each one's own again. The
 * versions are left to the caller, who counts that of the conversation `conversationId` already.
 */
export function partPeople(plan: LinkPlan, links: MergeLinks, conversationId: string, hasNews: boolean): void {
  const { world } = plan
  const head = headById(plan, links.kept.id)
  const marks = marksOf(world, head)
  const lostIds = new Set(links.lostIds.map(({ customerId }) => customerId))
  const keptBefore = new Set((links.kept.identities ?? [{ id: links.kept.customerId }]).map(({ id }) => id))
  const now = new Map(marks.filter(({ id }) => !keptBefore.has(id)).map((mark) => [mark.id, mark]))
  const keptMarks = marks.filter(({ id }) => keptBefore.has(id) || !(lostIds.has(id) || links.lostMarks.some((mark) => mark.id === id)))
  const lostMarks = links.lostMarks.map((mark) => inOwnForm(mark, now.get(mark.id) ?? mark, keptMarks))
  const joined = joinedWatermarks(links.kept, links.lost)
  world.putContactInbox({
    ...head,
    contactId: contactOfKept(links, head.contactId),
    scopes: links.kept.scopes,
    identities: identitiesNow(links.kept, keptMarks),
    deliveredWatermark: watermarkBefore(head.deliveredWatermark, joined.deliveredWatermark, links.kept.deliveredWatermark),
    readWatermark: watermarkBefore(head.readWatermark, joined.readWatermark, links.kept.readWatermark),
  })
  for (const { id } of links.lostIds) {
    const row = headById(plan, id)
    const { contactId, scopes } = links.lost
    const own = { ...row, contactId, previousHeadId: hasNews ? head.id : row.previousHeadId }
    const isHead = id === links.lost.id
    world.putContactInbox(
      isHead
        ? { ...own, canonicalId: null, scopes, identities: identitiesNow(links.lost, lostMarks) }
        : { ...own, canonicalId: links.lost.id },
    )
  }
  const lost = headById(plan, links.lost.id)
  for (const { id, contactId, isLinked } of links.conversations) {
    const row = world.conversation(id)
    if (row === null) continue
    const customer = { contactInboxId: lost.id, customerId: lost.customerId, contactId }
    putConversation(plan, { ...row, ...customer, isLinked: isLinked || lost.identities !== null })
  }
  askNobody(world, head.id)
  if (world.activeConversation(head.id)?.id !== conversationId) touch(plan, head.id)
}

/** A contact that neither had when they became one is of what was said since, which stays with the kept one. */
function contactOfKept({ kept, lost }: MergeLinks, now: string | null): string | null {
  return kept.contactId ?? (lost.contactId === null ? now : null)
}

/** The conversations of a head that has no list of its ids have nobody to ask whom to answer. */
function askNobody(world: World, headId: string): void {
  if (headById({ world }, headId).identities !== null) return
  for (const row of world.conversationsOf(headId)) if (row.isLinked) world.putConversation({ ...row, isLinked: false })
}

/** A head that had no list of its ids has none again, unless something was found out of one of them. */
function identitiesNow({ identities }: ContactInboxRow, marks: readonly IdentityMark[]): readonly IdentityMark[] | null {
  return identities === null && marks.every(isPlain) ? null : marks
}

function isPlain({ kind, since, movedAt, formerSince, disputedSince, operationId }: IdentityMark): boolean {
  return [kind, since, movedAt, formerSince, disputedSince, operationId].every((each) => each === null)
}

/** The watermark from before, unless it has moved since. */
function watermarkBefore(now: Watermark | null, joined: Watermark | null, before: Watermark | null): Watermark | null {
  return now?.upTo.getTime() === joined?.upTo.getTime() ? before : now
}

/** The restored conversation's customer, who is a person of its own again. */
export function customerAgain(world: World, { lost }: MergeLinks, row: ConversationRow): Partial<ConversationRow> {
  return underHead(row, headById({ world }, lost.id))
}
