import { resentAfter } from '../store/first-sending.js'
import { type Fragment, lateValue, sql } from './sql.js'

/**
 * How many milliseconds ago a call was first sent, measured when its statement goes to the connection. Null for a call
 * of which no reply was lost.
 */
export function sinceFirstSending(firstSentAt: number | null): Fragment {
  return sql`${firstSentAt === null ? null : lateValue(() => String(resentAfter(firstSentAt)))}::bigint`
}
