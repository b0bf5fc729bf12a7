import { field } from '../reading/fields.js'
import { readPositive, timeAt } from '../reading/times.js'

/** Reads a time in seconds. Evolution writes it as a number, as text, or as the two halves of a 64-bit integer. */
export function readSeconds(value: unknown): Date | null {
  const seconds = readLong(value)
  return seconds === null ? null : timeAt(seconds * 1000)
}

/** Reads a time in milliseconds, in the same forms. */
export function readMilliseconds(value: unknown): Date | null {
  const ms = readLong(value)
  return ms === null ? null : timeAt(ms)
}

function readLong(value: unknown): number | null {
  const [low, high] = [field(value, 'low'), field(value, 'high')]
  if (typeof low !== 'number' || typeof high !== 'number') return readPositive(value)
  return readPositive(high * 2 ** 32 + (low >>> 0))
}
