import { type Examination, examineLedger } from '../../migrator/kernel/examine-ledger.js'
import type { Ledger } from '../../migrator/kernel/ledger.js'
import { migrationId, storeOwner } from '../../migrator/kernel/migration.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import type { Executor } from '../executor.js'
import { readLedger } from '../migrator/ledger-table.js'
import type { RunnablePostgresMigration } from '../migrator/migration.js'
import type { Names } from '../names.js'
import { latestSchema, runnableStoreMigrations } from './steps.js'

/** The ledger of a database. It is empty where something else has the ledger's name. */
export async function readStoreLedger(executor: Executor, names: Names): Promise<Ledger> {
  try {
    return await readLedger(executor, names)
  } catch (error) {
    if (isConversationStoreError(error, 'UNSUPPORTED')) return { entries: [] }
    throw error
  }
}

/** The number of a database's schema: the highest of the store's migrations that it has, 0 where it has none. */
export function schemaNumber({ entries }: Ledger): number {
  const applied = entries.filter(({ owner, state }) => owner === storeOwner && state === 'applied')
  return Math.max(0, ...applied.map(({ version }) => Number(version)))
}

export function examineStore(ledger: Ledger): Examination<RunnablePostgresMigration> {
  return examineLedger(runnableStoreMigrations(), ledger, 'store')
}

/** What the database lacks of this library's schema. */
export function missingMigrations({ pending }: Examination<RunnablePostgresMigration>): readonly string[] {
  return pending.map(({ migration }) => inWords(migration))
}

/** Those of the given ids, as reports name them: `step 1 (tables)`. */
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
 * What it means that a statement of ours named something that is not there: `migrate()` was never called, or a newer
 * library has taken it away. The ledger is read here and not before every statement: a database that is newer and still
 * has all we name serves us.
 */
export async function explainUndefinedObject(executor: Executor, names: Names, cause: unknown): Promise<ConversationStoreError> {
  const ledger = await readStoreLedger(executor, names)
  const found = schemaNumber(ledger)
  if (found > latestSchema) return new ConversationStoreError('SCHEMA_TOO_NEW', { found, supported: latestSchema }, { cause })
  const missing = missingMigrations(examineStore(ledger))
  return new ConversationStoreError(
    'SCHEMA_OUT_OF_DATE',
    { missing: missing.length > 0 ? missing : ['what checkSchema() lists'] },
    { cause },
  )
}
