import { createHash } from 'node:crypto'
import { suffixed } from '../postgres/migrator/indexes/index-sql.js'

/**
 * `start_end` if PostgreSQL keeps the whole of it. Otherwise its beginning, without a part of a character, and a hash
 * of the whole, so that two long names that begin alike stay two.
 */
export function fittedName(start: string, end: string): string {
  const whole = `${start}_${end}`
  return suffixed(start, end) === whole ? whole : suffixed(start, createHash('sha256').update(whole).digest('hex').slice(0, 16))
}
