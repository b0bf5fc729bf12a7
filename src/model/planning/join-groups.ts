import { isChatScoped } from '../channels.js'
import { applyAllWaiting } from './apply-waiting.js'
import { foldDoubles } from './fold-doubles.js'
import type { WritePlan } from './item-plan.js'
import { joinContacts } from './join-contacts.js'
import { type JoinPlan, takeConversations } from './join-conversations.js'
import { marksOf } from './people.js'
import type { ContactInboxRow, Watermark } from './rows.js'
import { groupScopes, joinedScopes } from './scopes.js'
import { markReached } from './watermarks.js'

/**
 * Makes one group of several: the people turned out to be one person. The losers' ids become aliases of the winner, and
 * their conversations the winner's. Nothing that is stored is moved: the winner's scopes tell where it is. What one
 * group knew of the other's messages (watermarks, events that waited, copies of one message) is applied by the
 * function that this returns, which the caller calls once.
 */
export function joinGroups(plan: JoinPlan, winner: ContactInboxRow, losers: readonly ContactInboxRow[]): () => void {
  const { world } = plan
  const heads = [winner, ...losers]
  const contactId = heads.map((head) => head.contactId).reduce((kept, other) => joinContacts(plan, kept, other), null)
  const identities = heads.flatMap((head) => marksOf(world, head))
  const isOfChat = heads.some(({ channel }) => isChatScoped(channel))
  // What was delivered or read in one chat tells nothing of another one.
  const watched = isOfChat ? [winner] : heads
  const deliveredWatermark = watched.map((head) => head.deliveredWatermark).reduce(greaterWatermark, null)
  const readWatermark = watched.map((head) => head.readWatermark).reduce(greaterWatermark, null)
  const groups = heads.map(groupScopes)
  const scopes = joinedScopes(heads)
  const rows = heads.flatMap((head) => [head, ...world.aliasesOf(head.id)])
  for (const row of rows) {
    const alias = { ...row, canonicalId: winner.id, contactId, scopes: null, identities: null }
    const head = { ...row, contactId, scopes, identities, deliveredWatermark, readWatermark }
    world.putContactInbox(row.id === winner.id ? head : alias)
  }
  for (const head of heads) takeConversations(plan, head, { ...winner, contactId })
  return () => {
    if (!isOfChat) settle(plan, winner.id, groups)
  }
}

/**
 * Applies what each part of the group knew of the others' messages. `groups` are the scopes of those that were joined.
 * Without them every copy of a message stays.
 */
export function settle(join: JoinPlan, headId: string, groups: readonly (readonly string[])[] = []): void {
  const { world } = join
  const head = world.contactInboxById(headId)
  if (head === null) return
  const scopes = { own: head.id, all: groupScopes(head), former: [] }
  const arrived = { messageIds: new Set<string>(), localIds: new Set<string>() }
  const plan: WritePlan = { ...join, customerId: head.customerId, ownId: head.id, scopes, arrived }
  if (groups.length > 0) foldDoubles(plan, groups)
  if (head.deliveredWatermark) markReached(plan, 'delivered', head.deliveredWatermark)
  if (head.readWatermark) markReached(plan, 'read', head.readWatermark)
  const conversation = world.activeConversation(head.id) ?? world.latestConversation(head.id)
  applyAllWaiting(plan, conversation?.id ?? null)
}

export function greaterWatermark(a: Watermark | null, b: Watermark | null): Watermark | null {
  if (a === null || b === null) return a ?? b
  return b.upTo.getTime() > a.upTo.getTime() ? b : a
}
