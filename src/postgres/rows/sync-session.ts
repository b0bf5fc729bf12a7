import type { SyncSession } from '../../store/adapter.js'
import { columns, type Row } from '../columns.js'
import { integer, integerOrNull, text, textOrNull, time, timeOrNull } from '../readers.js'

export const syncRow = columns({
  account_id: text,
  session_id: text,
  page_id: text,
  origin: text<SyncSession['origin']>,
  source: text,
  status: text<SyncSession['status']>,
  phase: text,
  started_at: time,
  updated_at: time,
  finished_at: timeOrNull,
  deadline_at: timeOrNull,
  since_at: timeOrNull,
  began_at: timeOrNull,
  elapsed_ms: integer,
  pages: integer,
  conversations: integer,
  created: integer,
  messages: integer,
  duplicates: integer,
  invalid: integer,
  unreadable: integer,
  progress: integerOrNull,
  last_error_code: textOrNull,
  last_error: textOrNull,
  cursor: textOrNull,
  walk: textOrNull,
})
/** What a write reads of a session beside that: the operation that moved it last. */
export const movedRow = columns({ operation_id: text })

export function toSyncSession(found: Row): SyncSession {
  const row = syncRow.of(found)
  const code = textOrNull(row.last_error_code)
  return {
    sessionId: text(row.session_id),
    accountId: text(row.account_id),
    oaId: text(row.page_id),
    origin: text(row.origin),
    source: text(row.source),
    status: text(row.status),
    phase: text(row.phase),
    cursor: textOrNull(row.cursor),
    walk: textOrNull(row.walk),
    since: timeOrNull(row.since_at),
    beganAt: timeOrNull(row.began_at),
    progress: integerOrNull(row.progress),
    pages: integer(row.pages),
    conversations: integer(row.conversations),
    created: integer(row.created),
    messages: integer(row.messages),
    duplicates: integer(row.duplicates),
    invalid: integer(row.invalid),
    unreadable: integer(row.unreadable),
    startedAt: time(row.started_at),
    updatedAt: time(row.updated_at),
    finishedAt: timeOrNull(row.finished_at),
    deadlineAt: timeOrNull(row.deadline_at),
    elapsedMs: integer(row.elapsed_ms),
    lastError: code === null ? null : { code, message: textOrNull(row.last_error) ?? '' },
  }
}
