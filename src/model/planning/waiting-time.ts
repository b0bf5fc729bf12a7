import { removedByOneWrite, waitingEventMs } from '../limits.js'
import type { UpsertItem } from '../upsert-item.js'
import type { ItemStamp } from './item-plan.js'
import type { EventRow } from './rows.js'
import type { World } from './world.js'

/** An event that arrived at this time or before has waited too long. */
export function waitingLimit(now: Date): Date {
  return new Date(now.getTime() - waitingEventMs)
}

/** Whether an event has waited so long that it must not be applied any more. */
export function hasWaitedTooLong({ createdAt }: EventRow, now: Date): boolean {
  return createdAt.getTime() <= waitingLimit(now).getTime()
}

/**
 * Drops what has waited too long under the item's customer, if the item has events. It comes before everything else, so
 * that an event that is sent again after its time is new.
 */
export function dropOverdue(world: World, { now }: ItemStamp, { oaId, customerId, events }: UpsertItem): void {
  const own = events.length === 0 ? null : world.contactInbox(oaId, customerId)
  if (own === null) return
  for (const row of world.waitingSince(own.id, waitingLimit(now), removedByOneWrite)) world.dropEvent(row)
}
