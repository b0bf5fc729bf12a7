import type { StampedMessage } from '../stamped-events.js'
import { tellShownCopy } from './copies.js'
import { eventRow } from './event-rows.js'
import { chosenConversation, type ItemPlan, putConversation, touchedConversation } from './item-plan.js'
import { liveKey, messageOf } from './known-events.js'
import { horizonOf, isHidden } from './merged-parts.js'
import { activityBy } from './note-activity.js'
import { derivedTime, later } from './times.js'
import { unreadBy } from './unread.js'
import { noteChangedMessage } from './waiting-customer.js'

/**
 * Lets a message that history brought come live. The message stays where it is, with its `seq`, and counts as unread
 * there if it lies past the read horizon. The conversation that the item goes to is told that something came in now.
 */
export function turnLive(plan: ItemPlan, event: StampedMessage): void {
  const { world, stamp } = plan
  const row = messageOf(world, plan.scopes.all, event)
  // A link of the same item may have made it one with the host's reply, which is live.
  if (row === null || !row.history) return
  const live = { ...row, history: false, isSilent: false }
  world.putMessage(live)
  const conversation = touchedConversation(plan, row.conversationId)
  const eventSeq = conversation.lastEventSeq + 1
  const horizon = horizonOf(conversation, row)
  const unread = isHidden(conversation, row) ? 0 : unreadBy(live, horizon) - unreadBy(row, horizon)
  putConversation(plan, { ...conversation, lastEventSeq: eventSeq, unreadCount: conversation.unreadCount + unread })
  noteChangedMessage(plan, row, live)
  tellShownCopy(plan, row.id)
  const { messageId, localId, direction } = row
  const details = { type: 'message_live', targetMessageId: messageId, localId, direction, dedupeKey: liveKey(row) }
  world.putEvent(eventRow(plan, event, { ...details, conversationId: conversation.id, eventSeq }))

  if (direction === 'outbound') return
  const chosen = chosenConversation(plan)
  const time = derivedTime(event.occurredAt ?? stamp.now, stamp.now)
  putConversation(plan, { ...chosen, ...activityBy(plan, chosen, time, true), lastActivityAt: later(chosen.lastActivityAt, time) })
}
