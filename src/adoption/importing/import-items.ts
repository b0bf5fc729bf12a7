import type { EventInput } from '../../model/event-inputs.js'
import type { LegacyGroup } from './group-rows.js'
import type { LegacyMessage } from './legacy-source.js'

/** A part of what one write brings for a customer. */
export interface ImportItem {
  readonly group: LegacyGroup
  /** Whether the inbound messages count as unread. */
  readonly isUnread: boolean
  readonly events: readonly ImportedEvent[]
}

export interface ImportedEvent {
  readonly event: EventInput
  /** Null for what stands in for messages. */
  readonly message: LegacyMessage | null
}

/** The time of the last of the events. Null if there are none. */
export function lastTimeOf(events: readonly ImportedEvent[]): Date | null {
  const times = events.flatMap(({ event: { occurredAt } }) => occurredAt?.getTime() ?? [])
  return times.length === 0 ? null : new Date(times.reduce((last, time) => Math.max(last, time), -Infinity))
}
