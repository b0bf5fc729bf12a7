import type { SyncStatistics } from '../../store/adapter.js'
import { columns, type Row } from '../columns.js'
import { integer, integerOrNull, text, textOrNull, time, timeOrNull } from '../readers.js'

export const statisticsRow = columns({
  account_id: text,
  page_id: text,
  sessions: integer,
  completed: integer,
  failed: integer,
  superseded: integer,
  ended: integer,
  pages: integer,
  messages: integer,
  p50_ms: integerOrNull,
  p95_ms: integerOrNull,
  last_error_code: textOrNull,
  last_error: textOrNull,
  last_started_at: time,
  last_completed_at: timeOrNull,
  lock_status: textOrNull<'ACTIVE' | 'EXPIRED'>,
})

export function toStatistics(found: Row): SyncStatistics {
  const row = statisticsRow.of(found)
  const ended = integer(row.ended)
  const completed = integer(row.completed)
  const code = textOrNull(row.last_error_code)
  return {
    accountId: text(row.account_id),
    oaId: text(row.page_id),
    sessions: integer(row.sessions),
    completed,
    failed: integer(row.failed),
    superseded: integer(row.superseded),
    completionRate: ended === 0 ? null : completed / ended,
    pages: integer(row.pages),
    messages: integer(row.messages),
    p50Ms: integerOrNull(row.p50_ms),
    p95Ms: integerOrNull(row.p95_ms),
    lastError: code === null ? null : { code, message: textOrNull(row.last_error) ?? '' },
    lastStartedAt: time(row.last_started_at),
    lastCompletedAt: timeOrNull(row.last_completed_at),
    lock: textOrNull(row.lock_status),
  }
}
