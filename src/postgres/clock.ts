import { type Fragment, raw, sql, timestampText } from './sql.js'

// Of the statement, not now(): the host's transaction may be old. Truncated, for the columns would round up into the
// future.
const databaseNow = raw("date_trunc('milliseconds', statement_timestamp())")

/** The injected time, else the database's; the same throughout one statement. */
export function nowOf({ now }: { readonly now: Date | null }): Fragment {
  return now === null ? databaseNow : boundTime(now)
}

export function boundTime(time: Date): Fragment {
  return sql`${timestampText(time)}::timestamptz`
}

export function boundTimeOrNull(time: Date | null): Fragment {
  return sql`${time === null ? null : timestampText(time)}::timestamptz`
}
