import { compareBytes } from '../model/planning/byte-order.js'
import { overdueSession, type SyncRow, sessionOf } from '../model/planning/sync-sessions.js'
import type { SyncSession } from '../store/adapter.js'

export function syncSession(row: SyncRow): SyncSession {
  return structuredClone(sessionOf(row))
}

/** The complete session of an inbox and source that finished last. */
export function lastCompleted(
  rows: Iterable<SyncRow>,
  { oaId, source }: { readonly oaId: string; readonly source: string },
): SyncRow | null {
  const completed = [...rows].filter((row) => row.status === 'completed' && row.oaId === oaId && row.source === source)
  return completed.sort((a, b) => timeOf(b.finishedAt) - timeOf(a.finishedAt) || compareBytes(b.sessionId, a.sessionId))[0] ?? null
}

/** Ends the pushed sessions of which the channel has said nothing until their deadline. */
export function endOverdue(sessions: Map<string, SyncRow>, now: Date): void {
  for (const row of sessions.values()) {
    const isOverdue = row.finishedAt === null && row.deadlineAt !== null && row.deadlineAt <= now
    if (isOverdue) sessions.set(row.sessionId, overdueSession(row, now))
  }
}

export function timeOf(time: Date | null): number {
  return time?.getTime() ?? 0
}
