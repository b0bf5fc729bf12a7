import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import { type Migration, migrationId } from './migration.js'

/**
 * Adds to an error that tells of an index or an object which migration and step wanted it. Any other error is returned
 * as it is.
 */
export function placed(error: ConversationStoreError, migration: Migration, step: string): ConversationStoreError {
  const place = { migration: migrationId(migration), step }
  const options = { cause: error.cause, retryable: error.retryable }
  if (isConversationStoreError(error, 'DUPLICATE_KEYS'))
    return new ConversationStoreError('DUPLICATE_KEYS', { ...error.details, ...place }, options)
  if (isConversationStoreError(error, 'INDEX_CONFLICT'))
    return new ConversationStoreError('INDEX_CONFLICT', { ...error.details, ...place }, options)
  if (!isConversationStoreError(error, 'SCHEMA_CHANGE_BLOCKED')) return error
  return new ConversationStoreError('SCHEMA_CHANGE_BLOCKED', { ...error.details, ...place }, options)
}
