import { createHash } from 'node:crypto'

/** The most bytes of a name. PostgreSQL silently cuts a longer one. */
const longestName = 63

/**
 * `start_end` if PostgreSQL keeps the whole of it. Otherwise its beginning, without a part of a character, and a hash
 * of the whole, so that two long names that begin alike stay two.
 */
export function fittedName(start: string, end: string): string {
  const whole = `${start}_${end}`
  if (Buffer.byteLength(whole) <= longestName) return whole
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 16)
  let kept = start
  while (Buffer.byteLength(`${kept}_${hash}`) > longestName) kept = [...kept].slice(0, -1).join('')
  return `${kept}_${hash}`
}
