import type { StampedWatermark } from '../stamped-events.js'
import { askForShownCopies, tellShownCopy } from './copies.js'
import { deliveryStatus, isReceived } from './delivery-status.js'
import { scopeContactInbox, type WritePlan } from './item-plan.js'
import type { Watermark } from './rows.js'

/**
 * Moves the customer's watermark forward, and marks the messages that were sent up to it. Returns whether a message
 * changed.
 */
export function applyWatermark(plan: WritePlan, event: StampedWatermark): boolean {
  const { world, stamp } = plan
  const { status, watermark: upTo } = event
  const at = event.occurredAt ?? stamp.now
  const own = scopeContactInbox(plan)
  const kept = status === 'read' ? own.readWatermark : own.deliveredWatermark
  if (kept === null || upTo.getTime() > kept.upTo.getTime()) {
    world.putContactInbox({ ...own, [status === 'read' ? 'readWatermark' : 'deliveredWatermark']: { upTo, at } })
  }
  return markReached(plan, status, { upTo, at })
}

/** Marks the messages that were sent up to a watermark. Returns whether there are any. */
export function markReached(plan: WritePlan, status: 'delivered' | 'read', watermark: Watermark): boolean {
  const { world, scopes } = plan
  const reached = scopes.all.flatMap((scope) => world.undelivered(scope, status, watermark))
  askForShownCopies(world, reached)
  for (const row of reached) {
    const marked = { ...row, [status === 'read' ? 'readAt' : 'deliveredAt']: watermark.at, isMarked: !isReceived(row) }
    world.putMessage({ ...marked, status: deliveryStatus(marked) })
    tellShownCopy(plan, row.id)
  }
  return reached.length > 0
}
