import { type ConversationStoreError, isConversationStoreError } from '../model/errors.js'
import { withoutSecrets } from '../model/without-secrets.js'
import type { DatabaseFailure, SourceFailure } from './failure-reports.js'
import type { DatabaseState } from './migrator.js'

const program = 'npx conversation-store'

/** What was being done with the database that failed, for the command to run next. */
export interface Doing {
  /** The command that does it: `sync:indexes`. */
  readonly command: string
  /** The flags that choose the same databases and the same part of the work, apart from the tenant. */
  readonly flags?: readonly string[]
  /** As in `MigrationDatabases`. */
  readonly storeAlone: { readonly flags: readonly string[] } | undefined
}

/** Describes why a database failed, and gives the command to run once the cause is mended. */
export function failureOf(error: unknown, tenantId: string | null, doing: Doing): DatabaseFailure {
  const next = nextOf(error, tenantId, doing)
  if (!isConversationStoreError(error)) {
    const message = error instanceof Error ? error.message : String(error)
    return { code: 'MIGRATION_FAILED', migration: null, step: null, message: withoutSecrets(message), next, details: null }
  }
  const { migration, step } = placeOf(error)
  return { code: error.code, migration, step, message: withoutSecrets(error.message), next, details: error.details }
}

/** Describes why the tenants could not be listed. */
export function sourceFailureOf(error: unknown): SourceFailure {
  const message = withoutSecrets(error instanceof Error ? error.message : String(error))
  return isConversationStoreError(error) ? { code: error.code, message, details: error.details } : { code: 'ERROR', message, details: null }
}

/** Returns the state of a database whose work ended with this error. */
export function stateOf(error: unknown): DatabaseState {
  if (isConversationStoreError(error, 'MIGRATION_LOCKED')) return 'locked'
  if (!isConversationStoreError(error, 'MIGRATION_REFUSED')) return 'failed'
  return error.details.newer.length > 0 ? 'newer' : 'refused'
}

/** The details of several codes name the migration and the step. */
function placeOf({ details }: ConversationStoreError): { readonly migration: string | null; readonly step: string | null } {
  const named = (name: string) => {
    const value: unknown = Reflect.get(details, name)
    return typeof value === 'string' ? value : null
  }
  return { migration: named('migration'), step: named('step') }
}

function nextOf(error: unknown, tenantId: string | null, { command, flags = [], storeAlone }: Doing): string {
  const ofOne = tenantId === null ? ['--public-only'] : [`--tenant=${quoted(tenantId)}`]
  const chosen = storeAlone === undefined ? ofOne : storeAlone.flags.map(quoted)
  const say = (name: string, ...words: readonly string[]) => [program, name, ...words].join(' ')
  if (isConversationStoreError(error, 'MIGRATION_LOCKED'))
    return say('lock show', quoted(error.details.database), ...(storeAlone?.flags ?? []))
  if (isConversationStoreError(error, 'MIGRATION_REFUSED')) return say('status', ...chosen)
  if (isConversationStoreError(error, 'DATA_KEPT')) return say('down', '--dry-run', ...chosen)
  if (isConversationStoreError(error, 'INDEX_CONFLICT')) return say('sync:indexes', '--dry-run', ...chosen)
  // A store alone has one set of indexes.
  const again = storeAlone === undefined ? flags : flags.filter((flag) => !flag.startsWith('--index-set='))
  return say(command, ...chosen, ...again.map(quoted))
}

/** Quotes a word for a shell, because the command is meant to be pasted. */
function quoted(word: string): string {
  return /^[\w.:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
