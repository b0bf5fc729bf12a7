import { type Fragment, raw, sql, timestampText } from './sql.js'

// Times are truncated to milliseconds, because the columns would round them up into the future.
const wallClock = raw("date_trunc('milliseconds', clock_timestamp())")
const statementClock = raw("date_trunc('milliseconds', statement_timestamp())")

/**
 * The time of a change: the injected time, or the database's if there is none. It is the time at which the expression is
 * evaluated, which must be when the row is locked. The start of the statement would be before a wait for the lock, and
 * `now()` would be the begin of the host's transaction. An expression that stands twice may give two times.
 */
export function nowOf({ now }: { readonly now: Date | null }): Fragment {
  return now === null ? wallClock : boundTime(now)
}

/** The injected time, or when the statement began. It stays the same throughout one statement, so an index can serve it. */
export function statementTimeOf({ now }: { readonly now: Date | null }): Fragment {
  return now === null ? statementClock : boundTime(now)
}

export function boundTime(time: Date): Fragment {
  return sql`${timestampText(time)}::timestamptz`
}

export function boundTimeOrNull(time: Date | null): Fragment {
  return sql`${time === null ? null : timestampText(time)}::timestamptz`
}
