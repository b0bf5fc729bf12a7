import { migrationId } from '../../migrator/kernel/migration.js'
import { placed } from '../../migrator/kernel/placed.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import { withoutSecrets } from '../../model/without-secrets.js'
import { serverCode, translateKnown } from '../translate-error.js'
import type { MongoMigration } from './migration.js'

/**
 * Returns the library's own errors unchanged. Of a server's error it keeps only the name and code, because the message
 * quotes documents.
 */
export function migrationFailure(error: unknown, database: string, migration: MongoMigration, step: string): ConversationStoreError {
  const known = translateKnown(error, { operationId: null, written: 'nothing' })
  if (isConversationStoreError(known) && !isConversationStoreError(known, 'CONTENTION')) return placed(known, migration, step)
  const code = serverCode(error)
  const name: unknown = error instanceof Error ? Reflect.get(error, 'codeName') : undefined
  const reason = code === null ? shortMessage(error) : `the server answered ${typeof name === 'string' ? name : 'an error'} (${code})`
  return new ConversationStoreError('MIGRATION_FAILED', { database, migration: migrationId(migration), step, reason }, { cause: error })
}

/**
 * False for a failure that cannot be written into the ledger, because another process is the runner now or the server
 * cannot be reached.
 */
export function isRecorded(failure: ConversationStoreError): boolean {
  return !isConversationStoreError(failure, 'LEASE_LOST') && !isConversationStoreError(failure, 'UNAVAILABLE')
}

function shortMessage(error: unknown): string {
  // Secrets are removed before the text is cut, because half a connection string can no longer be recognised.
  const [line = ''] = withoutSecrets(error instanceof Error ? error.message : String(error)).split('\n')
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
