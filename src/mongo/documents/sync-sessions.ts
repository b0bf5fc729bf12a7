import type { SyncRow } from '../../model/planning/sync-sessions.js'
import type { SyncSession } from '../../store/adapter.js'
import type { Doc } from '../driver.js'
import { integer, integerOrNull, present, text, textOrNull, time, timeOrNull } from './fields.js'

/**
 * A session as its document. `unfinished` is there while it can be gone on with. Of a finished one either `latest` is
 * there, on the last complete one of its inbox and source, or `clearable_at`, from which its time is counted.
 */
export function syncDocument(row: SyncRow): Doc {
  const { sessionId, finishedAt, deadlineAt, since, beganAt, progress, cursor, walk, lastError } = row
  const isCompleted = row.status === 'completed'
  return {
    _id: sessionId,
    accountId: row.accountId,
    page_id: row.oaId,
    origin: row.origin,
    source: row.source,
    status: row.status,
    phase: row.phase,
    started_at: row.startedAt,
    updated_at: row.updatedAt,
    elapsed_ms: row.elapsedMs,
    pages: row.pages,
    conversations: row.conversations,
    created: row.created,
    messages: row.messages,
    duplicates: row.duplicates,
    invalid: row.invalid,
    unreadable: row.unreadable,
    operation_id: row.operationId,
    ...present('cursor', cursor),
    ...present('walk', walk),
    ...present('since_at', since),
    ...present('began_at', beganAt),
    ...present('progress', progress),
    ...present('deadline_at', deadlineAt),
    ...present('last_error', lastError),
    ...(finishedAt === null
      ? { unfinished: true }
      : { finished_at: finishedAt, ...(isCompleted ? { latest: true } : { clearable_at: finishedAt }) }),
  }
}

export function syncSession(doc: Doc): SyncSession {
  const error = doc.last_error as Doc | undefined
  return {
    sessionId: text(doc._id),
    accountId: text(doc.accountId),
    oaId: text(doc.page_id),
    origin: text(doc.origin) as SyncSession['origin'],
    source: text(doc.source),
    status: text(doc.status) as SyncSession['status'],
    phase: text(doc.phase),
    cursor: textOrNull(doc.cursor),
    walk: textOrNull(doc.walk),
    since: timeOrNull(doc.since_at),
    beganAt: timeOrNull(doc.began_at),
    progress: integerOrNull(doc.progress),
    pages: integer(doc.pages),
    conversations: integer(doc.conversations),
    created: integer(doc.created),
    messages: integer(doc.messages),
    duplicates: integer(doc.duplicates),
    invalid: integer(doc.invalid),
    unreadable: integer(doc.unreadable),
    startedAt: time(doc.started_at),
    updatedAt: time(doc.updated_at),
    finishedAt: timeOrNull(doc.finished_at),
    deadlineAt: timeOrNull(doc.deadline_at),
    elapsedMs: integer(doc.elapsed_ms),
    lastError: error === undefined ? null : { code: text(error.code), message: text(error.message) },
  }
}

export function syncRow(doc: Doc): SyncRow {
  return { ...syncSession(doc), operationId: text(doc.operation_id) }
}
