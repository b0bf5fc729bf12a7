import type { Verdict } from '../migrator/migrator.js'
import { type ErrorCode, isConversationStoreError } from '../model/errors.js'

/**
 * What the process tells the one that started it. Deployment scripts rely on these numbers, which
 * docs/migrations/cli.md promises.
 */
export const exitCodes = {
  done: 0,
  error: 1,
  usage: 2,
  pending: 3,
  locked: 4,
  'some-failed': 5,
  drift: 6,
  obstructed: 7,
  newer: 57,
} as const satisfies Record<Verdict | 'usage', number>

/**
 * Returns the exit code of a verdict. Only `status --check` asks whether something is pending. Elsewhere, as in a dry
 * run, that is no failure.
 */
export function exitCodeOf(verdict: Verdict): number {
  return verdict === 'pending' ? exitCodes.done : exitCodes[verdict]
}

/** The errors that say that another one is at work. */
const ofAnother: readonly ErrorCode[] = ['MIGRATION_LOCKED', 'SYNC_IN_PROGRESS', 'INBOX_MIGRATION_IN_PROGRESS']

export function exitCodeOfError(error: unknown): number {
  if (!isConversationStoreError(error)) return exitCodes.error
  if (isConversationStoreError(error, 'VALIDATION_FAILED')) return exitCodes.usage
  if (ofAnother.includes(error.code)) return exitCodes.locked
  if (isConversationStoreError(error, 'SCHEMA_TOO_NEW')) return exitCodes.newer
  if (isConversationStoreError(error, 'MIGRATION_REFUSED')) return error.details.newer.length > 0 ? exitCodes.newer : exitCodes.drift
  return exitCodes.error
}
