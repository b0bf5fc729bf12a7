import { field } from '../fields.js'
import { readPositive, timeAt } from '../times.js'

/**
 * Meta's unit differs from event to event: a number below 1e12 is in seconds, any other in milliseconds. Instagram has
 * written times as text too, with an offset without a colon.
 */
export function readTime(value: unknown): Date | null {
  const given = readPositive(value)
  if (given !== null) return timeAt(given < 1e12 ? given * 1000 : given)
  return typeof value === 'string' && isoTime.test(value) ? timeOf(new Date(value)) : null
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/

function timeOf(date: Date): Date | null {
  return date.getTime() > 0 ? date : null
}

/**
 * Reads when an item happened. Without a `timestamp` it uses `entry.time`, when the batch was sent. That is later, but
 * the closest time there is.
 */
export function readOccurredAt(item: unknown, entry: unknown): Date | null {
  return readTime(field(item, 'timestamp')) ?? readTime(field(entry, 'time'))
}
