import type { StampedWatermark } from '../stamped-events.js'
import { askForShownCopies, tellShownCopy } from './copies.js'
import { deliveryStatus, isReceived } from './delivery-status.js'
import type { ItemPlan, WritePlan } from './item-plan.js'
import { keepContactInbox } from './keep-contact-inbox.js'
import type { Watermark } from './rows.js'
import { customerScopes } from './scopes.js'

/**
 * Moves the customer's watermark forward, and marks the messages that were sent up to it. Returns whether a message
 * changed. What is said of a customer concerns nobody whom the item may name as well.
 */
export function applyWatermark(plan: ItemPlan, event: StampedWatermark): boolean {
  const { world, stamp, item } = plan
  const { status, watermark: upTo } = event
  const at = event.occurredAt ?? stamp.now
  const own = keepContactInbox(plan)
  const kept = status === 'read' ? own.readWatermark : own.deliveredWatermark
  if (kept === null || upTo.getTime() > kept.upTo.getTime()) {
    world.putContactInbox({ ...own, [status === 'read' ? 'readWatermark' : 'deliveredWatermark']: { upTo, at } })
  }
  return markReached({ ...plan, scopes: customerScopes(world, item) ?? plan.scopes }, status, { upTo, at })
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
