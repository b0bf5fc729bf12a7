import { type Examination, examineLedger } from '../../migrator/kernel/examine-ledger.js'
import type { Ledger } from '../../migrator/kernel/ledger.js'
import { storeOwner } from '../../migrator/kernel/migration.js'
import { migrateTarget } from '../../migrator/kernel/run-target.js'
import { silentLogger } from '../../migrator/kernel/silent-logger.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import type { MigrationReport } from '../../store/adapter.js'
import type { MongoClientLike, MongoDb } from '../driver.js'
import { openLedger, readLedger } from '../migrator/ledger.js'
import type { MongoMigration } from '../migrator/migration.js'
import { mongoTarget } from '../migrator/target.js'
import { storeMigrations } from './steps.js'

/** Longer than a lease: the runner that is waited for may have died. */
const lockWaitMs = 90_000

export const latestSchema = numberOf(storeMigrations.map(({ version }) => version))

/**
 * Brings the schema to this library's, once, whoever else migrates; one command where it is there already. Throws SCHEMA_TOO_NEW, UNSUPPORTED
 * (a migration was changed after it was applied), DUPLICATE_KEYS, INDEX_CONFLICT, MIGRATION_LOCKED.
 */
export async function migrate(client: MongoClientLike, db: MongoDb): Promise<MigrationReport> {
  const target = mongoTarget({ client, db, migrations: storeMigrations })
  try {
    const { applied } = await migrateTarget(target, {
      indexSet: 'store',
      lockWaitMs,
      signal: null,
      logger: silentLogger,
      batchSize: 100,
      allowOutOfOrder: false,
    })
    return { applied, schema: latestSchema }
  } catch (error) {
    throw isConversationStoreError(error, 'MIGRATION_REFUSED') ? await explainRefused(target, error) : error
  }
}

async function explainRefused(
  target: { readLedger(): Promise<Ledger> },
  error: ConversationStoreError<'MIGRATION_REFUSED'>,
): Promise<ConversationStoreError> {
  const { changed, missing, outOfOrder } = error.details
  if (changed.length === 0 && missing.length === 0 && outOfOrder.length === 0) return tooNew(await target.readLedger())
  return new ConversationStoreError(
    'UNSUPPORTED',
    {
      operation: 'migrate()',
      needs: `a schema of a released version: the database has ${[...changed, ...missing, ...outOfOrder].join(', ')} in another form than this library; checkSchema() tells what differs`,
    },
    { cause: error },
  )
}

/**
 * Looks at the ledger before the first operation: MongoDB would create what is missing by itself, without the unique indexes that the
 * contract rests on. Once it was found complete it is not looked at again. A database that is newer, and has all that we know, serves us.
 * Throws SCHEMA_OUT_OF_DATE, SCHEMA_TOO_NEW.
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
  return examineLedger(storeMigrations, ledger, 'store')
}

/** What was not made yet. Not what is at work on more than the store needs. */
export function lacking({ pending }: Examination<MongoMigration>): readonly string[] {
  return pending.filter(({ steps }) => steps.length > 0).map(({ migration }) => `migration ${migration.name}`)
}

/** The number of a database's schema: its latest version of any of the store's migrations, 0 where there is none. */
export function schemaNumber({ entries }: Ledger): number {
  return numberOf(entries.filter(({ owner, state }) => owner === storeOwner && state !== 'reverted').map(({ version }) => version))
}

function tooNew(ledger: Ledger): ConversationStoreError<'SCHEMA_TOO_NEW'> {
  return new ConversationStoreError('SCHEMA_TOO_NEW', { found: schemaNumber(ledger), supported: latestSchema })
}

function numberOf(versions: readonly string[]): number {
  return Math.max(0, ...versions.map(Number))
}
