import type { ItemPlan } from './item-plan.js'
import type { ConversationRow } from './rows.js'
import { later, replyWindow } from './times.js'

/**
 * What a message or a postback at `time` changes of its conversation; an inbound one starts the reply window anew and
 * wakes it.
 */
export function activityBy({ before, stamp }: ItemPlan, row: ConversationRow, time: Date, isInbound: boolean): Partial<ConversationRow> {
  // One that this item opened is as old as what it was opened for: an imported history must not look like today's.
  const opensHere = before.get(row.id) === null && row.lastMessageAt === null && row.lastInboundAt === null
  const lastActivityAt = opensHere ? time : later(row.lastActivityAt, time)
  if (!isInbound) return { lastActivityAt }
  const lastInboundAt = later(row.lastInboundAt, time)
  const awake = row.status === 'snoozed' ? { status: 'open' as const, statusChangedAt: stamp.now, snoozedUntil: null } : {}
  return {
    lastActivityAt,
    lastInboundAt,
    windowExpiresAt: replyWindow(row.channel, lastInboundAt) ?? row.windowExpiresAt,
    ...awake,
  }
}
