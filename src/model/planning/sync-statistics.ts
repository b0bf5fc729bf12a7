import type { SyncSession, SyncStatistics } from '../sync-sessions.js'
import { compareBytes } from './byte-order.js'

/** How the syncs of one inbox went. There is at least one session. */
export function statisticsOf(
  accountId: string,
  oaId: string,
  sessions: readonly SyncSession[],
  lock: SyncStatistics['lock'],
): SyncStatistics {
  const of = (status: SyncSession['status']) => sessions.filter((session) => session.status === status)
  const completed = of('completed')
  const ended = sessions.filter(({ finishedAt }) => finishedAt !== null)
  const durations = completed.map(({ elapsedMs }) => elapsedMs).sort((a, b) => a - b)
  const failed = sessions
    .filter(({ lastError }) => lastError !== null)
    .sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime() || compareBytes(b.sessionId, a.sessionId))
  return {
    accountId,
    oaId,
    sessions: sessions.length,
    completed: completed.length,
    failed: of('failed').length,
    superseded: of('superseded').length,
    completionRate: ended.length === 0 ? null : completed.length / ended.length,
    pages: sum(sessions.map(({ pages }) => pages)),
    messages: sum(sessions.map(({ messages }) => messages)),
    p50Ms: nearestRank(durations, 0.5),
    p95Ms: nearestRank(durations, 0.95),
    lastError: failed[0]?.lastError ?? null,
    lastStartedAt: new Date(Math.max(...sessions.map(({ startedAt }) => startedAt.getTime()))),
    lastCompletedAt: latest(completed.map(({ finishedAt }) => finishedAt)),
    lock,
  }
}

/** The smallest value that so many of all are not above, as `percentile_disc` of PostgreSQL has it. */
function nearestRank(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function latest(times: readonly (Date | null)[]): Date | null {
  return times.reduce((last, time) => (time !== null && (last === null || time > last) ? time : last), null)
}
