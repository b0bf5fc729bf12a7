import type { InboxMoveMatch } from '../inbox-migrations.js'
import { otherFormsOf } from '../phone-forms.js'
import type { Channel } from '../records.js'
import { raiseUnmarked } from './finish-item.js'
import { putConversation } from './item-plan.js'
import { mergeInto } from './join-conversations.js'
import { headById, type LinkPlan } from './link-identities.js'
import { kindInConflict, linkHeads, linksOfHeads } from './link-people.js'
import { closedBeside, hasRoom } from './merge-conversations.js'
import type { MovedContactInbox, MovedConversation } from './moved-marks.js'
import { nameless } from './people.js'
import type { ContactInboxRow, ConversationRow, MergeLinks } from './rows.js'
import { headOf } from './scopes.js'
import type { World } from './world.js'

/**
 * The move of a person whom the destination knows. If it has one of their ids, or a number of theirs in another
 * provider's form, they become one person with whoever has it: their contact inboxes are aliases of that one's, and
 * their conversations that one's. No message is written, because the head's scopes tell where theirs are stored. What
 * each of the two knew of the other's messages is not asked, because messages of two inboxes are never one.
 *
 * Their active conversation closes as it is, unless the migration merges. Then it is merged into the active one that
 * the person has there, and goes on where there is none.
 */

/** Where a person goes: `with` a head of the destination, or alone, if nobody there has an id or a number of theirs. */
export type Welcome = { readonly stays: true } | { readonly stays: false; readonly with: ContactInboxRow | null }

/** They stay if their ids are those of two people there, or can't be one person's with those of the one. */
export function welcomeOf(world: World, oaId: string, lost: ContactInboxRow): Welcome {
  const [kept = null, second] = headsThere(world, oaId, lost)
  if (second !== undefined || (kept !== null && kindInConflict(world, [kept, lost]) !== null)) return { stays: true }
  return { stays: false, with: kept }
}

/** The people of an inbox who have an id of somebody, or a number of theirs in another provider's form. */
export function headsThere(world: World, oaId: string, lost: ContactInboxRow): readonly ContactInboxRow[] {
  const heads = new Map<string, ContactInboxRow>()
  for (const { customerId } of [lost, ...world.aliasesOf(lost.id)]) {
    for (const form of [customerId, ...otherFormsOf(customerId)]) {
      const own = world.contactInbox(oaId, form)
      const head = own && headOf(world, own)
      if (head !== null) heads.set(head.id, head)
    }
  }
  return [...heads.values()]
}

/**
 * Whether somebody whom the destination knows by this moves where a migration closes or merges. Two national writings
 * of a number prove nothing, so somebody has to look at those people.
 */
export function mayJoin(matchedBy: InboxMoveMatch | null): boolean {
  return matchedBy !== null && matchedBy !== 'variant'
}

export interface Moving {
  /** The migration. */
  readonly by: string
  readonly oaId: string
  /** The channel of the inbox that they move to. Null where it is not known. */
  readonly channel: Channel | null
  readonly keepsWindow: boolean
  /** Whether of two active conversations one is made, instead of closing the one that comes. */
  readonly merges: boolean
}

/** What the moved rows had before. */
export interface MovedRows {
  readonly contactInboxes: Map<string, MovedContactInbox>
  readonly conversations: Map<string, MovedConversation>
  /** The two people who became one. */
  readonly links: MergeLinks | null
}

export function moveKnown(plan: LinkPlan, lost: ContactInboxRow, kept: ContactInboxRow | null, moving: Moving): MovedRows {
  const { world } = plan
  const { by, oaId } = moving
  const group = [lost, ...world.aliasesOf(lost.id)]
  const links = kept && linksOfHeads(world, kept, lost)
  const conversations = new Map<string, MovedConversation>()
  for (const row of group.flatMap(({ id }) => world.conversationsOf(id))) {
    conversations.set(row.id, moveConversation(plan, row, kept, moving))
  }
  if (links !== null) linkHeads(plan, links)
  const contactInboxes = new Map<string, MovedContactInbox>()
  for (const { id, customerId, channel } of group) {
    // An id that both inboxes have stays that of the destination's row. The other row keeps what is stored under it.
    const isTwin = links !== null && world.contactInbox(oaId, customerId) !== null
    world.putContactInbox({
      ...headById(plan, id),
      oaId,
      channel: moving.channel ?? channel,
      customerId: isTwin ? nameless(id) : customerId,
    })
    contactInboxes.set(id, { by, channel, ...(links !== null && { customerId }) })
  }
  raiseUnmarked(plan)
  if (links === null) return { contactInboxes, conversations, links }
  const named = { ...links, lostIds: links.lostIds.map(({ id }) => ({ id, customerId: headById(plan, id).customerId })) }
  contactInboxes.set(lost.id, { by, channel: lost.channel, customerId: lost.customerId, links: named })
  return { contactInboxes, conversations, links: named }
}

/** The merges of the contacts and of the active conversations of two people whom a migration made one. */
export function mergeOfMove(migrationId: string, headId: string): string {
  return `${migrationId}.${headId}`
}

function moveConversation(
  plan: LinkPlan,
  row: ConversationRow,
  kept: ContactInboxRow | null,
  { by, oaId, channel, keepsWindow, merges }: Moving,
): MovedConversation {
  const { world, stamp, operationId } = plan
  const { status, statusChangedAt, snoozedUntil, windowExpiresAt, lastSeq } = row
  const moved = { ...row, oaId, channel: channel ?? row.channel, windowExpiresAt: keepsWindow ? windowExpiresAt : null }
  const mark = { by, channel: row.channel, windowExpiresAt, lastSeq }
  const active = kept && world.activeConversation(kept.id)
  const goesOn = merges && active === null && (row.usernameKey === null || world.activeByUsername(oaId, row.usernameKey) === null)
  if (status === 'closed' || goesOn) {
    putConversation(plan, moved)
    return mark
  }
  const closed = { status, statusChangedAt, snoozedUntil, at: stamp.now }
  if (!merges || active === null || !hasRoom(active, row)) {
    putConversation(plan, closedBeside(moved, stamp.now))
    return { ...mark, closed }
  }
  mergeInto(plan, active, moved, false)
  return { ...mark, closed, mergeId: operationId }
}
