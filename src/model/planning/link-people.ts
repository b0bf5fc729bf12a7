import { isChatScoped } from '../channels.js'
import { ConversationStoreError } from '../errors.js'
import { compareBytes } from './byte-order.js'
import { raiseVersions } from './finish-item.js'
import { putConversation } from './item-plan.js'
import { greaterWatermark, settle } from './join-groups.js'
import { askTheHead, bounded, headById, type LinkPlan } from './link-identities.js'
import { marksOf } from './people.js'
import type { ContactInboxRow, ConversationRow, MergeLinks } from './rows.js'
import { groupScopes } from './scopes.js'
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
  const kind = kindInConflict(world, [kept, lost])
  if (kind !== null) throw new ConversationStoreError('MERGE_REFUSED', { reason: 'ids in conflict', mergeId: null, kind })
  const theirs = world.activeConversation(lost.contactInboxId)
  if (theirs === null || theirs.id === lost.id) return
  const isActive = [kept, lost].some(({ status }) => status !== 'closed') || world.activeConversation(kept.contactInboxId) !== null
  if (isActive) throw new ConversationStoreError('ACTIVE_CONVERSATION_EXISTS', { conversationId: theirs.id })
}

/** The first kind of which the customers of two conversations have different current ids. */
function kindInConflict(world: World, rows: readonly ConversationRow[]): string | null {
  const current = rows.flatMap((row) => marksOf(world, headById({ world }, row.contactInboxId)).filter((mark) => mark.formerSince === null))
  const kinds = [...new Set(current.flatMap(({ kind }) => kind ?? []))].sort(compareBytes)
  return kinds.find((kind) => new Set(current.filter((mark) => mark.kind === kind).map(({ id }) => id)).size > 1) ?? null
}

/** The two customers as they are before the merge. */
export function linksOf(world: World, kept: ConversationRow, lost: ConversationRow): MergeLinks {
  const [head, other] = [kept, lost].map((row) => headById({ world }, row.contactInboxId)) as [ContactInboxRow, ContactInboxRow]
  return {
    kept: head,
    lost: other,
    keptIds: [head, ...world.aliasesOf(head.id)].map(({ id }) => id),
    lostIds: [other, ...world.aliasesOf(other.id)].map(({ id, customerId }) => ({ id, customerId })),
    lostMarks: marksOf(world, other),
    conversations: world
      .conversationsOf(other.id)
      .filter(({ id }) => id !== lost.id)
      .map(({ id, contactId, isLinked }) => ({ id, contactId, isLinked }))
      .sort((a, b) => compareBytes(a.id, b.id)),
    lastEventSeq: kept.lastEventSeq + lost.lastEventSeq,
  }
}

/**
 * Makes the customers of a merge one person, once their conversations are one. The version of that one counts the merge
 * already; those of the person's other conversations rise.
 */
export function linkPeople(plan: LinkPlan, { kept, lost }: MergeLinks, conversationId: string): void {
  const { world } = plan
  const contactId = kept.contactId ?? lost.contactId
  const identities = bounded([...marksOf(world, kept), ...marksOf(world, lost)])
  for (const row of [lost, ...world.aliasesOf(lost.id)]) {
    world.putContactInbox({ ...row, canonicalId: kept.id, contactId, scopes: null, identities: null })
  }
  world.putContactInbox({
    ...kept,
    contactId,
    identities,
    scopes: [...groupScopes(kept), ...groupScopes(lost)],
    ...joinedWatermarks(kept, lost),
  })
  for (const row of world.conversationsOf(lost.id)) {
    const customer = { contactInboxId: kept.id, customerId: kept.customerId, contactId: contactId ?? row.contactId }
    putConversation(plan, { ...row, ...customer, isLinked: true })
  }
  askTheHead(plan, kept.id)
  if (!isChatScoped(kept.channel) && !isChatScoped(lost.channel)) settle(plan, kept.id)
  raiseOthers(plan, conversationId)
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
