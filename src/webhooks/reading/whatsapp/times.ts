import { readPositive, timeAt } from '../times.js'

/** WhatsApp writes times in whole seconds, mostly as a string. */
export function readSeconds(value: unknown): Date | null {
  const seconds = readPositive(value)
  return seconds === null ? null : timeAt(seconds * 1000)
}
