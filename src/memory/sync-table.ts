import { compareBytes } from '../model/planning/byte-order.js'
import { type SyncRow, sessionOf } from '../model/planning/sync-sessions.js'
import type { SyncSession } from '../store/adapter.js'

export function syncSession(row: SyncRow): SyncSession {
  return structuredClone(sessionOf(row))
}

/** Those that began last come first. */
export function byStart(a: SyncRow, b: SyncRow): number {
  return b.startedAt.getTime() - a.startedAt.getTime() || compareBytes(b.sessionId, a.sessionId)
}

/** The complete session of an inbox and source that finished last. */
export function lastCompleted(
  rows: Iterable<SyncRow>,
  { oaId, source }: { readonly oaId: string; readonly source: string },
): SyncRow | null {
  const completed = [...rows].filter((row) => row.status === 'completed' && row.oaId === oaId && row.source === source)
  return completed.sort((a, b) => timeOf(b.finishedAt) - timeOf(a.finishedAt) || compareBytes(b.sessionId, a.sessionId))[0] ?? null
}

export function timeOf(time: Date | null): number {
  return time?.getTime() ?? 0
}
