import { type Examination, examineLedger } from '../../migrator/kernel/examine-ledger.js'
import { storeIndexSet } from '../../migrator/kernel/index-sets.js'
import type { Ledger } from '../../migrator/kernel/ledger.js'
import { storeOwner } from '../../migrator/kernel/migration.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { MongoDb } from '../driver.js'
import { openLedger, readLedger } from '../migrator/ledger.js'
import type { MongoMigration } from '../migrator/migration.js'
import { storeMigrations } from './steps.js'

export const latestSchema = numberOf(storeMigrations.map(({ version }) => version))

/**
 * Reads the ledger before the first operation, because MongoDB would create a missing collection by itself, without the
 * unique indexes that the contract rests on. Once the schema was found complete, it is not read again. A database that
 * is newer and has all that we know is accepted. Throws SCHEMA_OUT_OF_DATE, SCHEMA_TOO_NEW.
 */
export function schemaGuard(db: MongoDb): () => Promise<void> {
  const ledger = openLedger(db)
  let looked: Promise<void> | undefined
  return () => {
    looked ??= readLedger(ledger).then(requireComplete)
    looked.catch(() => {
      looked = undefined
    })
    return looked
  }
}

function requireComplete(ledger: Ledger): void {
  const examination = examineStore(ledger)
  const missing = lacking(examination)
  if (missing.length === 0) return
  if (examination.newer.length > 0) throw tooNew(ledger)
  throw new ConversationStoreError('SCHEMA_OUT_OF_DATE', { missing })
}

export function examineStore(ledger: Ledger): Examination<MongoMigration> {
  return examineLedger(storeMigrations, ledger, storeIndexSet)
}

/**
 * The migrations that were not applied yet. One whose steps are all done counts as applied, even if no run has
 * completed it.
 */
export function lacking({ pending }: Examination<MongoMigration>): readonly string[] {
  return pending.filter(({ steps }) => steps.length > 0).map(({ migration }) => `migration ${migration.name}`)
}

/** The number of a database's schema: the latest version among the store's migrations, 0 where there is none. */
export function schemaNumber({ entries }: Ledger): number {
  return numberOf(entries.filter(({ owner, state }) => owner === storeOwner && state !== 'reverted').map(({ version }) => version))
}

export function tooNew(ledger: Ledger): ConversationStoreError<'SCHEMA_TOO_NEW'> {
  return new ConversationStoreError('SCHEMA_TOO_NEW', { found: schemaNumber(ledger), supported: latestSchema })
}

function numberOf(versions: readonly string[]): number {
  return Math.max(0, ...versions.map(Number))
}
