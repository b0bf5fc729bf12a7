import type { LeaseState } from '../../store/adapter.js'
import { columns, type Row } from '../columns.js'
import { leaseNow as leaseNowText } from '../functions/expressions/lease-time.js'
import { integer, text, time } from '../readers.js'
import { type Fragment, raw, sql } from '../sql.js'

const leaseRow = columns({
  kind: text,
  key: text,
  holder: text,
  token: integer,
  acquired_at: time,
  expires_at: time,
})
const left = columns({ expires_in_ms: integer })

/**
 * The columns of a lease, and how many whole milliseconds of it are left by the clock that gives it to the next one:
 * the difference to a finer clock would be rounded to nothing while the lease is still held.
 */
export function leaseColumns(qualifier: string): Fragment {
  return {
    texts: ['', `, (date_part('epoch', ${qualifier}.expires_at - ${leaseNowText}) * 1000)::bigint as expires_in_ms`],
    parts: [leaseRow.list(qualifier)],
  }
}

export function toLease(found: Row): LeaseState {
  const row = leaseRow.of(found)
  return {
    kind: text(row.kind),
    key: text(row.key),
    holder: text(row.holder),
    token: integer(row.token),
    since: time(row.acquired_at),
    expiresAt: time(row.expires_at),
    expiresInMs: integer(left.of(found).expires_in_ms),
  }
}

/** For how long a lease is given, as its functions take it. */
export function timeToLive(ttlMs: number): Fragment {
  return sql`${ttlMs}::bigint * interval '1 millisecond'`
}

/** Now by the database's clock, for statements of the adapter's own. */
export const leaseNow = raw(leaseNowText)
