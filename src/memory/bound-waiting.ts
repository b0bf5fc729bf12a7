import { limits, removedByOneWrite } from '../model/limits.js'
import { waitingScopes } from '../model/planning/waiting-time.js'
import type { UpsertItem, UpsertResult } from '../store/adapter.js'
import type { MemoryAccount } from './account.js'

/** Drops what lies beyond the newest events that may wait under the item's customer, after the item was written. */
export function boundWaiting({ world, events }: MemoryAccount, item: UpsertItem, result: UpsertResult): void {
  const added = result.ok ? result.events.filter((outcome) => outcome === 'waiting').length : 0
  if (added === 0) return
  const beyond = events.allWaiting(waitingScopes(world, item).own).slice(0, -limits.waitingEvents)
  for (const row of beyond.slice(-(added + removedByOneWrite))) world.dropEvent(row)
}
