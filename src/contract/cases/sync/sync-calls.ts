import type { EventInput } from '../../../model/event-inputs.js'
import type { SyncSession } from '../../../store/sync-port.js'
import type { BeginSyncInput, SyncSessions, WriteSyncPageInput } from '../../../store/sync-sessions.js'

export const source = 'export'

/** Begins a session, which needs transactions. */
export function begun(account: SyncSessions, oaId: string, how: Partial<BeginSyncInput> = {}): Promise<SyncSession> {
  return account.beginSync({ oaId, source, ...how })
}

/** A page of a session that has one customer, with what was said. */
export function pageOf(
  { sessionId, oaId, pages: expectedPages }: SyncSession,
  customerId: string,
  events: readonly EventInput[],
  how: Partial<WriteSyncPageInput> = {},
): WriteSyncPageInput {
  const conversations = events.length === 0 ? [] : [{ oaId, customerId, history: true, events }]
  return { sessionId, expectedPages, conversations, phase: 'list', cursor: `after ${expectedPages + 1}`, ...how }
}

/** Completes a session by a page that holds nothing. */
export async function completed(account: SyncSessions, session: SyncSession, how: Partial<WriteSyncPageInput> = {}): Promise<SyncSession> {
  return (await account.writeSyncPage(pageOf(session, 'nobody', [], { cursor: null, isLast: true, ...how }))).session
}
