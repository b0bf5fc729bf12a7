import { limits, removedByOneWrite } from '../model/limits.js'
import type { CustomerTarget, UpsertResult } from '../store/adapter.js'
import type { MemoryAccount } from './account.js'

/** Drops what lies beyond the newest events that may wait under the item's customer, after the item was written. */
export function boundWaiting({ world, events }: MemoryAccount, { oaId, customerId }: CustomerTarget, result: UpsertResult): void {
  const added = result.ok ? result.events.filter((outcome) => outcome === 'waiting').length : 0
  const own = added === 0 ? null : world.contactInbox(oaId, customerId)
  if (own === null) return
  const beyond = events.allWaiting(own.id).slice(0, -limits.waitingEvents)
  for (const row of beyond.slice(-(added + removedByOneWrite))) world.dropEvent(row)
}
