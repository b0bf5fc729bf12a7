import { type ErrorCode, isConversationStoreError } from '../../model/errors.js'

const sessions = new WeakMap<object, string>()
/** With these, somebody else is at the session, or nobody can be. */
const lost: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['SYNC_SESSION_NOT_FOUND', 'LEASE_LOST'])

/** The session that a run of `syncConversations` which ended with this error can be gone on with, or null. */
export function sessionToResume(error: unknown): string | null {
  return typeof error === 'object' && error !== null ? (sessions.get(error) ?? null) : null
}

/** Remembers with which session an error left off. */
export function leaveSession(error: unknown, sessionId: string): void {
  if (typeof error !== 'object' || error === null) return
  if (isConversationStoreError(error) && lost.has(error.code)) return
  sessions.set(error, sessionId)
}
