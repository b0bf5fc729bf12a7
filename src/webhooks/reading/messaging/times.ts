import { field } from '../fields.js'
import { readPositive, timeAt } from '../times.js'

/** Messenger's unit differs from event to event: a number below 1e12 is in seconds, any other in milliseconds. */
export function readTime(value: unknown): Date | null {
  const given = readPositive(value)
  return given === null ? null : timeAt(given < 1e12 ? given * 1000 : given)
}

/**
 * Reads when an item happened. Without a `timestamp` it uses `entry.time`, when the batch was sent. That is later, but
 * the closest time there is.
 */
export function readOccurredAt(item: unknown, entry: unknown): Date | null {
  return readTime(field(item, 'timestamp')) ?? readTime(field(entry, 'time'))
}
