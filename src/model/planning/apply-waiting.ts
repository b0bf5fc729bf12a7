import { compareBytes } from './byte-order.js'
import { placeEvent } from './event-rows.js'
import type { ItemPlan, WritePlan } from './item-plan.js'
import { isFactType } from './known-events.js'
import type { EventRow } from './rows.js'
import type { Scopes } from './scopes.js'
import { settleEvent } from './settle-event.js'
import { hasWaitedTooLong } from './waiting-time.js'
import type { WaitedFor } from './world.js'

/**
 * Applies the events that waited for ids that have arrived since, those of each of these people to messages of theirs.
 * Where `conversation` is true, it also applies those that waited for any conversation.
 */
export function applyWaiting(plan: ItemPlan, people: readonly Scopes[], conversation: boolean): void {
  let arrived = takeArrived(plan, conversation)
  while (arrived.conversation || arrived.messageIds.size > 0 || arrived.localIds.size > 0) {
    const { world, stamp } = plan
    for (const scopes of people) {
      const waiting = scopes.all.flatMap((scope) => world.waitingEvents(scope, arrived))
      const concerned = waiting.filter((row) => concerns(row, arrived) && !hasWaitedTooLong(row, stamp.now))
      for (const row of concerned.sort(byTime)) applyWaitingEvent({ ...plan, scopes }, row, plan.chosenId)
    }
    // A link gives a message another id, and more events may wait for that id.
    arrived = takeArrived(plan, false)
  }
}

function takeArrived({ arrived }: ItemPlan, conversation: boolean): WaitedFor {
  const taken = { messageIds: new Set(arrived.messageIds), localIds: new Set(arrived.localIds), conversation }
  arrived.messageIds.clear()
  arrived.localIds.clear()
  return taken
}

function concerns({ type, targetMessageId, localId }: EventRow, { messageIds, localIds, conversation }: WaitedFor): boolean {
  if (isFactType(type)) return conversation
  return (targetMessageId !== null && messageIds.has(targetMessageId)) || (localId !== null && localIds.has(localId))
}

function byTime(a: EventRow, b: EventRow): number {
  return a.occurredAt.getTime() - b.occurredAt.getTime() || compareBytes(a.id, b.id)
}

/** Applies everything in the person's scopes that waits for what another scope has. */
export function applyAllWaiting(plan: WritePlan, conversationId: string | null): void {
  const { world, scopes, stamp } = plan
  const waiting = () => scopes.all.flatMap((scope) => world.allWaiting(scope)).filter((row) => !hasWaitedTooLong(row, stamp.now))
  // A link gives a message another id, and what came earlier may wait for that id. So it goes on until nothing applies.
  while (
    waiting()
      .sort(byTime)
      .filter((row) => applyWaitingEvent(plan, row, conversationId)).length > 0
  ) {}
}

/** Returns whether the event waits no longer. */
function applyWaitingEvent(plan: WritePlan, row: EventRow, conversationId: string | null): boolean {
  if (isFactType(row.type)) {
    if (conversationId !== null) placeEvent(plan, row, conversationId)
    return conversationId !== null
  }
  const settled = settleEvent(plan, row)
  if (settled !== null && row.type === 'receipt') plan.world.deleteEvent(row)
  return settled !== null
}
