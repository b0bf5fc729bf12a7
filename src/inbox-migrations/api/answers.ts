import { jsonAnswer } from '../../http/json.js'
import { type ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import { statusOf } from '../refusals.js'
import { choices } from './read-request.js'

const later = { 'Retry-After': '5' }

/**
 * The answer to a request that failed: `{ error, code }`, with what the caller needs to go on. The library's own errors
 * quote nothing that people wrote. Every other one is for the log alone.
 */
export function failureAnswer(error: unknown): Response {
  if (!isConversationStoreError(error)) return broken()
  const status = statusOf(error)
  if (status === 503) return jsonAnswer(503, { error: 'The database could not take it now. Please try again.', code: error.code }, later)
  if (status === 500) return broken()
  return jsonAnswer(status, { error: sentenceOf(error), code: error.code, ...detailsOf(error) })
}

function sentenceOf(error: ConversationStoreError): string {
  if (!isConversationStoreError(error, 'VALIDATION_FAILED')) return error.message
  return error.details.issues.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ')
}

/** What a page for people builds on. */
function detailsOf(error: ConversationStoreError): object {
  if (isConversationStoreError(error, 'INBOX_MIGRATION_IN_PROGRESS')) return { migration_id: error.details.migrationId }
  if (isConversationStoreError(error, 'STALE_PREVIEW')) return { changed: error.details.changed }
  if (!isConversationStoreError(error, 'VALIDATION_FAILED')) return {}
  return error.details.issues.some(({ path }) => path === 'on_active_conflict') ? { choices } : {}
}

function broken(): Response {
  return jsonAnswer(500, { error: 'The request failed. The log of the server says why.' })
}
