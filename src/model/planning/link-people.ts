import { isChatScoped } from '../channels.js'
import { ConversationStoreError } from '../errors.js'
import { bareId } from '../phone-forms.js'
import { compareBytes } from './byte-order.js'
import { raiseVersions } from './finish-item.js'
import { putConversation } from './item-plan.js'
import { greaterWatermark, settle } from './join-groups.js'
import { askTheHead, bounded, headById, type LinkPlan } from './link-identities.js'
import { inOneForm } from './one-form.js'
import { marksOf } from './people.js'
import type { ContactInboxRow, ConversationRow, MergeLinks } from './rows.js'
import { joinedScopes } from './scopes.js'
import type { World } from './world.js'

/**
 * A merge of two customers' conversations that makes the customers one person as well. The kept one's head stays,
 * whichever is older. Copies of one message are left to the merge, which hides them, so that all of it can be undone.
 */

/** Whether a merge has anything to link: the two conversations may be one person's already. */
export function linksPeople(link: boolean, kept: ConversationRow, lost: Pick<ConversationRow, 'contactInboxId'>): boolean {
  return link && kept.contactInboxId !== lost.contactInboxId
}

/**
 * Refuses to link two customers whose ids can't be one person's, and those who would have two active conversations.
 * Throws MERGE_REFUSED, ACTIVE_CONVERSATION_EXISTS.
 */
export function requireLinkable(world: World, kept: ConversationRow, lost: ConversationRow): void {
  if (kept.oaId !== lost.oaId) throw new ConversationStoreError('MERGE_REFUSED', { reason: 'other inbox', mergeId: null })
  const kind = kindInConflict(
    world,
    [kept, lost].map((row) => headById({ world }, row.contactInboxId)),
  )
  if (kind !== null) throw new ConversationStoreError('MERGE_REFUSED', { reason: 'ids in conflict', mergeId: null, kind })
  const theirs = world.activeConversation(lost.contactInboxId)
  if (theirs === null || theirs.id === lost.id) return
  const isActive = [kept, lost].some(({ status }) => status !== 'closed') || world.activeConversation(kept.contactInboxId) !== null
  if (isActive) throw new ConversationStoreError('ACTIVE_CONVERSATION_EXISTS', { conversationId: theirs.id })
}

/** The first kind of which two heads have different current ids. Two forms of one number are one id. */
export function kindInConflict(world: World, heads: readonly ContactInboxRow[]): string | null {
  const current = heads.flatMap((head) => marksOf(world, head).filter((mark) => mark.formerSince === null))
  const kinds = [...new Set(current.flatMap(({ kind }) => kind ?? []))].sort(compareBytes)
  return kinds.find((kind) => new Set(current.filter((mark) => mark.kind === kind).map(bareId)).size > 1) ?? null
}

/** The two customers as they are before the merge. */
export function linksOf(world: World, kept: ConversationRow, lost: ConversationRow): MergeLinks {
  const links = linksOfHeads(world, headById({ world }, kept.contactInboxId), headById({ world }, lost.contactInboxId))
  const conversations = links.conversations.filter(({ id }) => id !== lost.id)
  return { ...links, conversations, lastEventSeq: kept.lastEventSeq + lost.lastEventSeq }
}

/** Two people as they are before they become one, with all conversations of the one that goes. */
export function linksOfHeads(world: World, kept: ContactInboxRow, lost: ContactInboxRow): MergeLinks {
  return {
    kept,
    lost,
    keptIds: [kept, ...world.aliasesOf(kept.id)].map(({ id }) => id),
    lostIds: [lost, ...world.aliasesOf(lost.id)].map(({ id, customerId }) => ({ id, customerId })),
    lostMarks: marksOf(world, lost),
    conversations: world
      .conversationsOf(lost.id)
      .map(({ id, contactId, isLinked }) => ({ id, contactId, isLinked }))
      .sort((a, b) => compareBytes(a.id, b.id)),
    lastEventSeq: 0,
  }
}

/**
 * Makes the customers of a merge one person, once their conversations are one. The version of that one counts the merge
 * already; those of the person's other conversations rise.
 */
export function linkPeople(plan: LinkPlan, links: MergeLinks, conversationId: string): void {
  const { world } = plan
  const { kept, lost } = links
  linkHeads(plan, links)
  world.putContactInbox({ ...headById(plan, kept.id), ...joinedWatermarks(kept, lost) })
  if (!isChatScoped(kept.channel) && !isChatScoped(lost.channel)) settle(plan, kept.id)
  raiseOthers(plan, conversationId)
}

/**
 * Makes aliases of the lost head and of those that it had, and its conversations the kept one's. What each of the two
 * knew of the other's messages, and the versions, are left to the caller.
 */
export function linkHeads(plan: LinkPlan, { kept, lost, lostMarks }: MergeLinks): void {
  const { world } = plan
  const contactId = kept.contactId ?? lost.contactId
  const known = marksOf(world, kept)
  const current = known.filter(({ formerSince }) => formerSince === null)
  const both = [...known, ...lostMarks.filter((mark) => !known.some(({ id }) => id === mark.id))]
  const identities = bounded(inOneForm(both, current, plan.stamp.now))
  for (const row of [lost, ...world.aliasesOf(lost.id)]) {
    world.putContactInbox({ ...row, canonicalId: kept.id, contactId, scopes: null, identities: null })
  }
  world.putContactInbox({
    ...kept,
    contactId,
    identities,
    scopes: joinedScopes([kept, lost]),
  })
  for (const row of world.conversationsOf(lost.id)) {
    const customer = { contactInboxId: kept.id, customerId: kept.customerId, contactId: contactId ?? row.contactId }
    putConversation(plan, { ...row, ...customer, isLinked: true })
  }
  askTheHead(plan, kept.id)
}

/** Raises the versions of all conversations that were changed, but for the one whose version has risen already. */
export function raiseOthers(plan: LinkPlan, conversationId: string): void {
  plan.before.delete(conversationId)
  raiseVersions(plan, null)
}

/** The watermarks of one person who was two. */
export function joinedWatermarks(a: ContactInboxRow, b: ContactInboxRow): Pick<ContactInboxRow, 'deliveredWatermark' | 'readWatermark'> {
  return {
    deliveredWatermark: greaterWatermark(a.deliveredWatermark, b.deliveredWatermark),
    readWatermark: greaterWatermark(a.readWatermark, b.readWatermark),
  }
}
