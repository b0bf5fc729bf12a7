import { type ConversationStoreError, isConversationStoreError } from '../model/errors.js'
import { withoutSecrets } from '../model/without-secrets.js'
import type { DatabaseFailure, DatabaseState } from './migrator.js'

const command = 'npx conversation-store'

/** Describes why a database failed, and gives the command to run once the cause is mended. */
export function failureOf(error: unknown, tenantId: string | null): DatabaseFailure {
  const chosen = tenantId === null ? '--public-only' : `--tenant=${quoted(tenantId)}`
  const again = `${command} migrate ${chosen}`
  if (!isConversationStoreError(error)) {
    const message = error instanceof Error ? error.message : String(error)
    return { code: 'MIGRATION_FAILED', migration: null, step: null, message: withoutSecrets(message), next: again, details: null }
  }
  const { migration, step } = placeOf(error)
  return { code: error.code, migration, step, message: withoutSecrets(error.message), next: nextOf(error, chosen), details: error.details }
}

/** Returns the state of a database whose work ended with this error. */
export function stateOf(error: unknown): DatabaseState {
  if (isConversationStoreError(error, 'MIGRATION_LOCKED')) return 'locked'
  if (!isConversationStoreError(error, 'MIGRATION_REFUSED')) return 'failed'
  return error.details.newer.length > 0 ? 'newer' : 'refused'
}

function placeOf(error: ConversationStoreError): { readonly migration: string | null; readonly step: string | null } {
  if (isConversationStoreError(error, 'DATA_KEPT')) return { migration: error.details.migration, step: null }
  return isConversationStoreError(error, 'MIGRATION_FAILED') ? error.details : { migration: null, step: null }
}

function nextOf(error: ConversationStoreError, chosen: string): string {
  if (isConversationStoreError(error, 'MIGRATION_LOCKED')) return `${command} lock show ${error.details.database}`
  if (isConversationStoreError(error, 'MIGRATION_REFUSED')) return `${command} status`
  if (isConversationStoreError(error, 'DATA_KEPT')) return `${command} down --dry-run ${chosen}`
  if (isConversationStoreError(error, 'INDEX_CONFLICT')) return `${command} sync:indexes --dry-run ${chosen}`
  return `${command} migrate ${chosen}`
}

/** Quotes a word for a shell, because the command is meant to be pasted. */
function quoted(word: string): string {
  return /^[\w.:@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
