import { type Fragment, raw, sql, timestampText } from './sql.js'

// This is the time of the statement and not now(), because the host's transaction may have begun long ago. It is
// truncated to milliseconds, because the columns would round it up into the future.
const databaseNow = raw("date_trunc('milliseconds', statement_timestamp())")

/** The injected time, or the database's if there is none. It stays the same throughout one statement. */
export function nowOf({ now }: { readonly now: Date | null }): Fragment {
  return now === null ? databaseNow : boundTime(now)
}

export function boundTime(time: Date): Fragment {
  return sql`${timestampText(time)}::timestamptz`
}

export function boundTimeOrNull(time: Date | null): Fragment {
  return sql`${time === null ? null : timestampText(time)}::timestamptz`
}
