import { ConversationStoreError } from '../model/errors.js'
import type { ItemFailure } from '../store/adapter.js'
import { sqlState } from './translate-error.js'

const codes: readonly unknown[] = ['VERSION_CONFLICT', 'USERNAME_TAKEN', 'INBOX_CHANNEL_MISMATCH', 'COMMIT_OUTCOME_UNKNOWN']

/**
 * The error that a function of the store raises for the first failed item of an atomic call. Null for any other error,
 * also for one of a host's trigger that happens to have the same SQLSTATE.
 */
export function raisedFailure(error: unknown): ConversationStoreError | null {
  const detail: unknown = sqlState(error) === 'CS001' ? Reflect.get(Object(error), 'detail') : null
  if (typeof detail !== 'string' || !detail.startsWith('{')) return null
  const { code, ...details } = JSON.parse(detail) as ItemFailure
  return codes.includes(code) ? new ConversationStoreError(code, details as never) : null
}
