import { type Examination, examineLedger } from '../../migrator/kernel/examine-ledger.js'
import type { Ledger } from '../../migrator/kernel/ledger.js'
import { migrationId, storeOwner } from '../../migrator/kernel/migration.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import { syncRemoved } from '../../store/sync-removed.js'
import { driverCause } from '../driver-cause.js'
import type { Executor } from '../executor.js'
import { readLedger } from '../migrator/ledger-table.js'
import type { RunnablePostgresMigration } from '../migrator/migration.js'
import type { Names } from '../names.js'
import { latestSchema, runnableStoreMigrations } from './steps.js'
import { namesSyncObject } from './sync-objects.js'

/**
 * Reads the ledger of a database. It is empty when there is none, and also when something else has the ledger's name.
 */
export async function readStoreLedger(executor: Executor, names: Names): Promise<Ledger> {
  try {
    return await readLedger(executor, names)
  } catch (error) {
    if (isConversationStoreError(error, 'UNSUPPORTED')) return { entries: [] }
    throw error
  }
}

/**
 * The number of a database's schema: the highest version of the store's applied migrations, or 0 if none is applied.
 */
export function schemaNumber({ entries }: Ledger): number {
  const applied = entries.filter(({ owner, state }) => owner === storeOwner && state === 'applied')
  return Math.max(0, ...applied.map(({ version }) => Number(version)))
}

export function examineStore(ledger: Ledger): Examination<RunnablePostgresMigration> {
  return examineLedger(runnableStoreMigrations(), ledger, 'store')
}

/** The parts of this library's schema that the database lacks. */
export function missingMigrations({ pending }: Examination<RunnablePostgresMigration>): readonly string[] {
  return pending.map(({ migration }) => inWords(migration))
}

/** The store's migrations with the given ids, in the words of reports: `step 1 (tables)`. */
export function migrationsInWords(ids: readonly string[]): readonly string[] {
  return runnableStoreMigrations()
    .filter((migration) => ids.includes(migrationId(migration)))
    .map(inWords)
}

function inWords({ version, name, repeatable }: RunnablePostgresMigration): string {
  const number = Number(version)
  return repeatable === undefined ? `step ${number} (${name.replace(/^\d+-/, '')})` : `the ${repeatable} of schema ${number}`
}

/**
 * Explains why a statement of the store named an object that doesn't exist: SCHEMA_OUT_OF_DATE if `migrate()` was never
 * called or not for this version, UNSUPPORTED if it is an object of the sync and those were removed, and SCHEMA_TOO_NEW
 * if a newer library may have removed the object. The ledger is read here and not before every statement, because a
 * newer database that still has every named object can be used.
 */
export async function explainUndefinedObject(executor: Executor, names: Names, error: unknown): Promise<ConversationStoreError> {
  const cause = driverCause(error)
  const ledger = await readStoreLedger(executor, names)
  const found = schemaNumber(ledger)
  if (found > latestSchema) return new ConversationStoreError('SCHEMA_TOO_NEW', { found, supported: latestSchema }, { cause })
  const missing = missingMigrations(examineStore(ledger))
  const message = error instanceof Error ? error.message : ''
  if (missing.length === 0 && namesSyncObject(names, message)) return syncRemoved(cause)
  return new ConversationStoreError(
    'SCHEMA_OUT_OF_DATE',
    { missing: missing.length > 0 ? missing : ['what checkSchema() lists'] },
    { cause },
  )
}
