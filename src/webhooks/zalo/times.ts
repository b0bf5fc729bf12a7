import { field, type Refused } from '../reading/fields.js'
import { readPositive, timeAt } from '../reading/times.js'

/**
 * Reads when an event happened. Zalo writes milliseconds, as text or as a number. How many digits there are says
 * nothing: the official sample has twelve. A text that is no number is refused, because a guess would give the same
 * event another time when it comes again.
 */
export function readTime(event: unknown): Date | Refused | null {
  const given = field(event, 'timestamp') ?? null
  if (given === null) return null
  const ms = readPositive(given)
  return ms === null ? { refused: 'timestamp is not a number' } : timeAt(ms)
}
