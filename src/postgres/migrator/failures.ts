import { type Migration, migrationId } from '../../migrator/kernel/migration.js'
import { placed } from '../../migrator/kernel/placed.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import { withoutSecrets } from '../../model/without-secrets.js'
import { sqlState } from '../translate-error.js'
import { isTransient } from './retries.js'

const longestReason = 500

/**
 * The error that is thrown for a failed step. A library error stays as it is, a lock that was not free in time becomes
 * SCHEMA_CHANGE_BLOCKED, and every other error becomes MIGRATION_FAILED.
 */
export function migrationFailure(error: unknown, database: string, migration: Migration, step: string): ConversationStoreError {
  if (isConversationStoreError(error)) return placed(error, migration, step)
  if (sqlState(error) === '55P03')
    return new ConversationStoreError(
      'SCHEMA_CHANGE_BLOCKED',
      { database, object: step, attempts: 6, blockers: [], migration: migrationId(migration), step },
      { cause: error },
    )
  const details = { database, migration: migrationId(migration), step, reason: reasonOf(error) }
  return new ConversationStoreError('MIGRATION_FAILED', details, { cause: error, retryable: isTransient(error) })
}

/** What failed, without what the data holds. PostgreSQL's messages of classes 22 and 23 quote values. */
function reasonOf(error: unknown): string {
  const state = sqlState(error)
  if (state !== null && /^2[23]/.test(state)) {
    const constraint: unknown = Reflect.get(Object(error), 'constraint')
    return `the data does not allow it (SQLSTATE ${state}${typeof constraint === 'string' ? `, ${constraint}` : ''})`
  }
  // Secrets are removed before the text is cut, because half a connection string can't be recognised.
  const message = withoutSecrets(error instanceof Error ? error.message : String(error))
  const [line = ''] = message.split('\n')
  return `${line.slice(0, longestReason)}${state === null ? '' : ` (SQLSTATE ${state})`}`
}
