import { reactionSenders } from '../limits.js'
import { compareBytes } from './byte-order.js'
import type { WritePlan } from './item-plan.js'
import type { EventRow, MessageRow, ReactionMark } from './rows.js'
import { formerHeads } from './scopes.js'

/** Stands for the customer among the senders of reactions, whichever of the customer's ids a reaction came under. */
export const customerSender = 'customer'

/**
 * Keeps the sender's latest reaction. A reaction that was removed stays as a mark, so that an older one that arrives
 * late does not bring it back.
 */
export function applyReaction(plan: WritePlan, row: MessageRow, event: EventRow, emoji: string | null): void {
  const { world } = plan
  const { senderId, occurredAt } = event
  const isCustomers = event.direction === 'inbound' && isCustomer(plan, event)
  // A mark from before customers could have several ids has the id itself.
  const marks = isCustomers
    ? row.reactionMarks.map((mark) => (mark.senderId === senderId ? { ...mark, senderId: customerSender } : mark))
    : row.reactionMarks
  const reactionMarks = withReaction(marks, { senderId: isCustomers ? customerSender : (senderId ?? ''), emoji, occurredAt })
  if (reactionMarks !== row.reactionMarks) world.putMessage({ ...row, reactionMarks })
}

/**
 * Whether the sender is the customer. Where the event has waited, its sender may be another id of the person by now, or
 * one that has become somebody else's since.
 */
function isCustomer({ world, ownId, customerId, scopes }: WritePlan, { contactInboxId, senderId }: EventRow): boolean {
  if (senderId === null || (contactInboxId === ownId && senderId === customerId)) return senderId !== null
  const scope = world.contactInboxById(scopes.own)
  const sender = scope && world.contactInbox(scope.oaId, senderId)
  if (sender === null || [sender.id, sender.canonicalId].includes(scopes.own)) return sender !== null
  return formerHeads(world, sender).some(({ id }) => id === scopes.own)
}

/**
 * The marks with one more. Of more than 100 senders those with the greatest (time, sender) are kept. What a message
 * keeps therefore does not depend on the order of arrival: a sender who fell out is kept again only by a reaction that
 * is later than those of the others.
 */
export function withReaction(marks: readonly ReactionMark[], mark: ReactionMark): readonly ReactionMark[] {
  const kept = marks.find(({ senderId }) => senderId === mark.senderId)
  if (kept && kept.occurredAt.getTime() > mark.occurredAt.getTime()) return marks
  const all = [...marks.filter((each) => each !== kept), mark]
  if (all.length <= reactionSenders) return all
  const last = new Set([...all].sort(latestFirst).slice(0, reactionSenders))
  return all.filter((each) => last.has(each))
}

function latestFirst(a: ReactionMark, b: ReactionMark): number {
  return b.occurredAt.getTime() - a.occurredAt.getTime() || compareBytes(b.senderId, a.senderId)
}
