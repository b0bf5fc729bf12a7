import type { StampedWatermark } from '../stamped-events.js'
import { deliveryStatus, isReceived } from './delivery-status.js'
import { type ItemPlan, scopeContactInbox } from './item-plan.js'

/**
 * Moves the customer's watermark forward, and marks the messages that were sent up to it. Returns whether a message
 * changed.
 */
export function applyWatermark(plan: ItemPlan, event: StampedWatermark): boolean {
  const { world, stamp, scopes } = plan
  const { status, watermark: upTo } = event
  const at = event.occurredAt ?? stamp.now
  const own = scopeContactInbox(plan)
  const kept = status === 'read' ? own.readWatermark : own.deliveredWatermark
  if (kept === null || upTo.getTime() > kept.upTo.getTime()) {
    world.putContactInbox({ ...own, [status === 'read' ? 'readWatermark' : 'deliveredWatermark']: { upTo, at } })
  }
  const reached = scopes.all.flatMap((scope) => world.undelivered(scope, status, { upTo, at }))
  for (const row of reached) {
    const marked = { ...row, [status === 'read' ? 'readAt' : 'deliveredAt']: at, isMarked: !isReceived(row) }
    world.putMessage({ ...marked, status: deliveryStatus(marked) })
  }
  return reached.length > 0
}
