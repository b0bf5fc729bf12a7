import type { EventOutcome, StampedFact } from '../stamped-events.js'
import { eventRow, placeEvent } from './event-rows.js'
import { type ItemPlan, putConversation, touchedConversation } from './item-plan.js'
import { activityBy } from './note-activity.js'
import { derivedTime } from './times.js'

/** Stores a fact in the chosen conversation. When there is none, the fact waits for one. */
export function storeFact(plan: ItemPlan, event: StampedFact): EventOutcome {
  const { stamp, world, chosenId } = plan
  const row = eventRow(plan, event, {
    messageId: event.messageId,
    direction: event.direction,
    payload: event.payload,
    history: event.history,
  })
  if (chosenId === null) {
    world.putEvent(row)
    return 'waiting'
  }
  if (event.type === 'postback') {
    const time = derivedTime(row.occurredAt, stamp.now)
    const conversation = touchedConversation(plan, chosenId)
    putConversation(plan, { ...conversation, ...activityBy(plan, conversation, time, !event.history) })
  }
  placeEvent(plan, row, chosenId)
  return 'stored'
}
