import { waitingLimit } from '../../model/planning/waiting-time.js'
import type { UpsertItem } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { possibleScopes } from './item-needs.js'
import { loadNeeds } from './load-needs.js'
import type { LoadedWorld } from './loaded-world.js'
import type { Need } from './needs.js'

/** The times of the calls: of each its injected clock's, or null for the server's. */
export type CallTimes = readonly (Date | null)[]

/**
 * Loads what concerns the items among the events that wait under their customers, in one command. It is for the few
 * customers under whom anything waits, which was loaded before.
 */
export async function loadWaiting(
  context: MongoContext,
  world: LoadedWorld,
  accountId: string,
  items: readonly UpsertItem[],
  times: readonly Date[],
): Promise<void> {
  const needs = items.flatMap((item) => {
    const scopes = item.events.length === 0 ? [] : possibleScopes(world, item)
    return scopes.filter(world.hasWaiting).flatMap((scope) => waitingNeeds(item, scope, times))
  })
  const open = needs.filter((need) => !world.isAnswered(need))
  if (open.length > 0) await loadNeeds(context, world, accountId, open)
}

/** What an item with events asks of the events that wait under its customer. */
export function waitingNeeds({ events }: UpsertItem, contactInboxId: string, times: readonly Date[]): readonly Need[] {
  const of = (what: 'waiting for message' | 'waiting for local', value: string | null): readonly Need[] =>
    value === null ? [] : [{ what, contactInboxId, value }]
  return [
    ...times.map((now): Need => ({ what: 'waiting since', contactInboxId, since: waitingLimit(now) })),
    { what: 'waiting for conversation', contactInboxId },
    ...events.flatMap((event) => {
      if (event.type === 'message') return [...of('waiting for message', event.messageId), ...of('waiting for local', event.localId)]
      return event.type === 'message_sent' ? [...of('waiting for message', event.messageId), ...of('waiting for local', event.localId)] : []
    }),
  ]
}

/** The different times at which the calls are made. */
export function differentTimes(times: CallTimes, serverNow: Date): readonly Date[] {
  return [...new Map(times.map((time) => [(time ?? serverNow).getTime(), time ?? serverNow])).values()]
}
