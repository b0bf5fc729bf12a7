import type { LedgerEntry } from '../../migrator/kernel/ledger.js'
import { migrationId, storeOwner } from '../../migrator/kernel/migration.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { Executor } from '../executor.js'
import { readLedger } from '../migrator/ledger-table.js'
import type { RunnablePostgresMigration } from '../migrator/migration.js'
import type { Names } from '../names.js'
import { latestStep, runnableStoreMigrations } from './steps.js'

/** The store's own migrations that the database has. None where something else has the ledger's name. */
export async function appliedStoreMigrations(executor: Executor, names: Names): Promise<readonly LedgerEntry[]> {
  try {
    return storeEntries((await readLedger(executor, names)).entries)
  } catch (error) {
    if (error instanceof ConversationStoreError && error.code === 'UNSUPPORTED') return []
    throw error
  }
}

export function storeEntries(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  return entries.filter(({ owner, state }) => owner === storeOwner && state === 'applied')
}

export function schemaNumber(applied: readonly LedgerEntry[]): number {
  return Math.max(0, ...applied.map(({ version }) => Number(version)))
}

export function missingMigrations(applied: readonly LedgerEntry[]): readonly RunnablePostgresMigration[] {
  return runnableStoreMigrations().filter((migration) => !applied.some(({ id }) => id === migrationId(migration)))
}

/** Those that were applied in another form than this library has them. */
export function changedMigrations(applied: readonly LedgerEntry[]): readonly RunnablePostgresMigration[] {
  return runnableStoreMigrations().filter((migration) =>
    applied.some(({ id, checksum }) => id === migrationId(migration) && checksum !== migration.checksum),
  )
}

/** As reports name it: `step 1 (tables)`. */
export function stepInWords({ version, name }: { readonly version: string; readonly name: string }): string {
  return `step ${Number(version)} (${name.replace(/^\d+-/, '')})`
}

/**
 * What it means that a statement of ours named something that is not there: `migrate()` was never called, or a newer library has taken it
 * away. The ledger is read here and not before every statement: a database that is newer and still has all we name serves us.
 */
export async function explainUndefinedObject(executor: Executor, names: Names, cause: unknown): Promise<ConversationStoreError> {
  const applied = await appliedStoreMigrations(executor, names)
  const found = schemaNumber(applied)
  if (found > latestStep) return new ConversationStoreError('SCHEMA_TOO_NEW', { found, supported: latestStep }, { cause })
  const steps = missingMigrations(applied).map(stepInWords)
  const missing = steps.length > 0 ? steps : ['what checkSchema() lists']
  return new ConversationStoreError('SCHEMA_OUT_OF_DATE', { missing }, { cause })
}
