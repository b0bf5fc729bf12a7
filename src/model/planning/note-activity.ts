import type { ItemPlan } from './item-plan.js'
import type { ConversationRow } from './rows.js'
import { later, replyWindow } from './times.js'

/**
 * The fields of the conversation that a message or a postback at `time` changes. An inbound one that is no history
 * starts the reply window again and wakes a snoozed conversation.
 */
export function activityBy(
  { before, stamp, timed }: ItemPlan,
  row: ConversationRow,
  time: Date,
  isInbound: boolean,
): Partial<ConversationRow> {
  // A conversation that this item opened gets the time of its first message, so that an imported history does not look
  // like today's.
  const opensHere = before.get(row.id) === null && !timed.has(row.id)
  timed.add(row.id)
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
