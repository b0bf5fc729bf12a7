import { ConversationStoreError } from '../../model/errors.js'

/** What makes the store refuse the same input again. Anything else ends the run, which goes on where it was. */
const refusals: ReadonlySet<string> = new Set(['VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE', 'INBOX_CHANNEL_MISMATCH', 'USERNAME_TAKEN'])

/** Why the store refused something that it would refuse again. Throws every other error. */
export function refusedBecause(error: unknown): string {
  if (error instanceof ConversationStoreError && refusals.has(error.code)) return error.message
  throw error
}
