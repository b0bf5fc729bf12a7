import { storeIndexSet } from '../../migrator/kernel/index-sets.js'
import type { Ledger } from '../../migrator/kernel/ledger.js'
import { migrateTarget } from '../../migrator/kernel/run-target.js'
import { silentLogger } from '../../migrator/kernel/silent-logger.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import type { MigrationReport } from '../../store/adapter.js'
import type { MongoClientLike, MongoDb } from '../driver.js'
import { storeMigrations } from '../schema/steps.js'
import { latestSchema, tooNew } from '../schema/store-schema.js'
import { mongoTarget } from './target.js'

/** This is longer than a lease lasts, because the runner that is waited for may have died. */
const lockWaitMs = 90_000

/**
 * Brings the schema to this library's version, exactly once even if several processes call it together. It takes one
 * command if the schema is already there. Throws SCHEMA_TOO_NEW, UNSUPPORTED (a migration was changed after it was
 * applied), DUPLICATE_KEYS, INDEX_CONFLICT, MIGRATION_LOCKED.
 */
export async function migrate(client: MongoClientLike, db: MongoDb): Promise<MigrationReport> {
  const target = mongoTarget({ client, db, migrations: storeMigrations })
  try {
    const { applied } = await migrateTarget(target, {
      indexSet: storeIndexSet,
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
  const { changed, missing, outOfOrder, newer } = error.details
  if (newer.length > 0) return tooNew(await target.readLedger())
  return new ConversationStoreError(
    'UNSUPPORTED',
    {
      operation: 'migrate()',
      needs: `a schema of a released version: the database has ${[...changed, ...missing, ...outOfOrder].join(', ')} in another form than this library; checkSchema() tells what differs`,
    },
    { cause: error },
  )
}
