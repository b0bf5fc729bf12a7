import { field } from '../reading/fields.js'
import { readPositive, timeAt } from '../reading/times.js'

/** Messenger's unit differs from event to event: below 1e12 it is seconds, else milliseconds. */
export function readTime(value: unknown): Date | null {
  const given = readPositive(value)
  return given === null ? null : timeAt(given < 1e12 ? given * 1000 : given)
}

/** When it happened. `entry.time` is when the batch was sent: later, but the nearest there is. */
export function readOccurredAt(item: unknown, entry: unknown): Date | null {
  return readTime(field(item, 'timestamp')) ?? readTime(field(entry, 'time'))
}
