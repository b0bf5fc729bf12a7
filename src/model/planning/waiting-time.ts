import { removedByOneWrite, waitingEventMs } from '../limits.js'
import type { UpsertItem } from '../upsert-item.js'
import { byAge } from './byte-order.js'
import type { ItemStamp } from './item-plan.js'
import type { EventRow } from './rows.js'
import { customerScopes } from './scopes.js'
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
export function dropOverdue(world: World, { now }: ItemStamp, item: UpsertItem): void {
  if (item.events.length === 0) return
  const scopes = customerScopes(world, item)?.all ?? []
  const overdue = scopes.flatMap((scope) => world.waitingSince(scope, waitingLimit(now), removedByOneWrite))
  for (const row of overdue.sort(byAge).slice(0, removedByOneWrite)) world.dropEvent(row)
}
