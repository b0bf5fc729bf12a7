import type { StampedWatermark } from '../stamped-events.js'
import { withStatus } from './delivery-status.js'
import { scopeContactInbox, type WritePlan } from './item-plan.js'
import type { ContactInboxRow, MessageRow, Watermark } from './rows.js'

/** The message with the times that earlier watermarks give it. */
export function withWatermarks(row: MessageRow, { deliveredWatermark, readWatermark }: ContactInboxRow): MessageRow {
  return withStatus({
    ...row,
    deliveredAt: row.deliveredAt ?? timeOf(deliveredWatermark, row),
    readAt: row.readAt ?? timeOf(readWatermark, row),
  })
}

function timeOf(watermark: Watermark | null, { direction, sentAt }: MessageRow): Date | null {
  const covers = direction === 'outbound' && watermark !== null && sentAt !== null && watermark.upTo.getTime() >= sentAt.getTime()
  return covers ? watermark.at : null
}

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
export function markReached({ world, scopes }: WritePlan, status: 'delivered' | 'read', watermark: Watermark): boolean {
  const reached = scopes.all.flatMap((scope) => world.undelivered(scope, status, watermark))
  for (const row of reached) world.putMessage(withStatus({ ...row, [status === 'read' ? 'readAt' : 'deliveredAt']: watermark.at }))
  return reached.length > 0
}
