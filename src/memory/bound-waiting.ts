import { limits, removedByOneWrite } from '../model/limits.js'
import { customerScopes } from '../model/planning/scopes.js'
import type { CustomerTarget, UpsertResult } from '../store/adapter.js'
import type { MemoryAccount } from './account.js'

/** Drops what lies beyond the newest events that may wait under the item's customer, after the item was written. */
export function boundWaiting({ world, events }: MemoryAccount, customer: CustomerTarget, result: UpsertResult): void {
  const added = result.ok ? result.events.filter((outcome) => outcome === 'waiting').length : 0
  const scopes = added === 0 ? null : customerScopes(world, customer)
  if (scopes === null) return
  const beyond = events.allWaiting(scopes.own).slice(0, -limits.waitingEvents)
  for (const row of beyond.slice(-(added + removedByOneWrite))) world.dropEvent(row)
}
