import type { SyncCounts, SyncSession } from '../../store/sync-port.js'
import type { CheckedOptions } from './checked-options.js'
import type { SyncAccount } from './sync-account.js'
import type { Walk } from './walk.js'

/** What was counted between two states of a session. */
export function countsSince(before: SyncCounts, after: SyncCounts): SyncCounts {
  return {
    pages: after.pages - before.pages,
    conversations: after.conversations - before.conversations,
    created: after.created - before.created,
    messages: after.messages - before.messages,
    duplicates: after.duplicates - before.duplicates,
    invalid: after.invalid - before.invalid,
    unreadable: after.unreadable - before.unreadable,
  }
}

/** Tells the host after each page where the run is. It asks for the last complete session, if anybody listens. */
export async function progressTeller(
  acme: SyncAccount,
  { oaId, onProgress, source }: CheckedOptions,
  first: SyncSession,
): Promise<(session: SyncSession, walk: Walk, elapsedMs: number) => Promise<void>> {
  if (onProgress === null) return async () => undefined
  const { items } = await acme.listSyncSessions({ oaId, status: 'completed', limit: 1 })
  const [last] = items
  // What changed since says nothing of how much there is in all.
  const pagesInAll = last !== undefined && last.source === source.name && last.since === null && first.since === null ? last.pages : null
  return async (session, { phase }, elapsedMs) => {
    const counts = countsSince(first, session)
    const left = pagesInAll === null || pagesInAll <= session.pages ? null : pagesInAll - session.pages
    await onProgress({
      session: session.sessionId,
      phase,
      ...counts,
      elapsedMs: Math.round(elapsedMs),
      messagesPerSecond: elapsedMs <= 0 ? 0 : ((counts.messages + counts.duplicates) * 1_000) / elapsedMs,
      remainingMs: left === null ? null : Math.round((left * elapsedMs) / counts.pages),
    })
  }
}
