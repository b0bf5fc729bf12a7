import type { Refused } from '../reading/fields.js'

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/

/**
 * Reads a time. A widget writes it as ISO 8601 with an offset, because a number could be seconds or milliseconds. Null
 * when there is none.
 */
export function readTime(value: unknown): Date | Refused | null {
  if (value === undefined || value === null) return null
  const time = typeof value === 'string' && isoTime.test(value) ? new Date(value) : null
  return time !== null && time.getTime() >= 0 ? time : { refused: 'at is not a time of ISO 8601 with an offset' }
}
