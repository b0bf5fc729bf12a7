import type { LeaseState } from '../../store/adapter.js'
import { columns, type Row } from '../columns.js'
import { integer, text, time } from '../readers.js'
import { type Fragment, raw } from '../sql.js'

const leaseRow = columns({
  kind: text,
  key: text,
  holder: text,
  token: integer,
  acquired_at: time,
  expires_at: time,
})
const left = columns({ expires_in_ms: integer })

/** The columns of a lease, and how many milliseconds of it are left by the database's clock. */
export function leaseColumns(qualifier: string): Fragment {
  return {
    texts: ['', `, (date_part('epoch', ${qualifier}.expires_at - clock_timestamp()) * 1000)::bigint as expires_in_ms`],
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

/** The same as they are stored, with the operation that acquired it. */
export function storedLease(qualifier: string): Fragment {
  return { texts: ['', `, ${qualifier}.operation_id`], parts: [leaseRow.stored(qualifier)] }
}

/** Now by the database's clock, whatever clock was injected: every process that wants a lease has to go by the same. */
export const leaseNow = raw("date_trunc('milliseconds', clock_timestamp())")
