import { peopleIn } from './copies.js'
import { type Copy, copiesIn, hiddenCopies, withoutDoubles } from './doubles-of-merge.js'
import { putConversation, type WritePlan } from './item-plan.js'
import { closedBeside, hasRoom, holding, mergeOf } from './merge-conversations.js'
import { latestMessageOf } from './merged-parts.js'
import type { ContactInboxRow, ConversationRow } from './rows.js'
import { waitOf } from './waiting-customer.js'
import type { World } from './world.js'

export type JoinPlan = Pick<WritePlan, 'world' | 'stamp' | 'operationId' | 'before' | 'relinked' | 'merged'>

/** The conversations of a group become the winner's. Of two active ones the winner's stays, and holds the other one. */
export function takeConversations(plan: JoinPlan, head: ContactInboxRow, winner: ContactInboxRow): void {
  for (const row of plan.world.conversationsOf(head.id)) {
    const active = plan.world.activeConversation(winner.id)
    const kept = row.status === 'closed' || active === null || active.id === row.id ? null : active
    if (kept !== null && hasRoom(kept, row)) {
      mergeInto(plan, kept, row, true)
      continue
    }
    const customer = { contactInboxId: winner.id, customerId: winner.customerId, contactId: winner.contactId ?? row.contactId }
    putConversation(plan, { ...(kept === null ? row : closedBeside(row, plan.stamp.now)), ...customer, isLinked: true })
  }
}

/**
 * Merges a conversation into the one that its person has from now on. It counts as one change of that one, together
 * with what else the plan does. Copies of messages can be in both only if both were always of one inbox.
 */
export function mergeInto(plan: JoinPlan, kept: ConversationRow, lost: ConversationRow, hidesCopies: boolean): void {
  const { world, stamp, operationId, before, relinked, merged } = plan
  const mergeId = merged.size === 0 ? operationId : `${operationId}.${lost.id}`
  const { version, updatedAt, contactInboxId } = kept
  const hidden = hidesCopies ? hideCopies(world, kept, lost, mergeId) : []
  const holds = { ...holding(kept, { ...lost, contactInboxId }, mergeId, stamp.now), version, updatedAt }
  const held = { ...holds, ...withoutDoubles(holds, hidden, () => latestMessageOf(world, holds)) }
  world.putMerge(mergeOf(kept, lost, mergeId, stamp.now))
  for (const noted of [relinked, merged]) noted.delete(lost.id)
  before.delete(lost.id)
  putConversation(plan, { ...held, ...waitOf(world, held) })
  for (const noted of [relinked, merged]) noted.add(kept.id)
}

/**
 * Hides the copies that the one conversation has of a third person's messages in the other one. Those that the two
 * people themselves have are made one message later, because they are one person now.
 */
function hideCopies(world: World, kept: ConversationRow, lost: ConversationRow, mergeId: string): readonly Copy[] {
  if (kept.parts.length === 0 && lost.parts.length === 0) return []
  const [ours, theirs] = [peopleIn(world, kept), peopleIn(world, lost)]
  if (!ours.some((one) => theirs.some((other) => other.oaId === one.oaId && other.id !== one.id))) return []
  const messages = world.commonMessages(kept, lost)
  const under = (storedId: string) => messages.filter(({ conversationId }) => conversationId === storedId)
  const hidden = hiddenCopies([...copiesIn(world, kept, true, under), ...copiesIn(world, lost, false, under)])
  for (const { id } of hidden) {
    const row = world.message(id)
    if (row !== null) world.putMessage({ ...row, doubleIn: mergeId })
  }
  return hidden
}
