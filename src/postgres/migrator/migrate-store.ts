import { storeIndexSet } from '../../migrator/kernel/index-sets.js'
import { migrationId } from '../../migrator/kernel/migration.js'
import { migrateTarget } from '../../migrator/kernel/run-target.js'
import { silentLogger } from '../../migrator/kernel/silent-logger.js'
import type { MigrationTarget } from '../../migrator/kernel/target.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import type { MigrationReport } from '../../store/adapter.js'
import type { PostgresDriver } from '../drivers.js'
import type { Names } from '../names.js'
import type { Layout } from '../schema/schema-step.js'
import { latestSchema, runnableStoreMigrations } from '../schema/steps.js'
import { migrationsInWords, schemaNumber } from '../schema/store-schema.js'
import { sqlState, translateKnown } from '../translate-error.js'
import { isNameCollision, nameTaken } from './ledger-table.js'
import type { RunnablePostgresMigration } from './migration.js'
import { postgresTarget } from './target.js'

const longestWaitMs = 60_000

/**
 * Brings the schema to this library's version. If it is there already, that is one read. Otherwise all the store's
 * migrations run in one transaction under an advisory lock, so that of any number of processes one creates the schema
 * and the others find it done. The lock belongs to the transaction, which a pooler doesn't split. Throws
 * SCHEMA_TOO_NEW, UNSUPPORTED (a migration was changed after it was applied, or the host's objects have the store's
 * names) and MIGRATION_LOCKED (another runner takes longer than a minute).
 */
export async function migrate(
  pool: PostgresDriver,
  names: Names,
  layout: Layout,
  preparedStatements: boolean,
  servingRoles: readonly string[],
): Promise<MigrationReport> {
  const migrations = runnableStoreMigrations()
  const target = postgresTarget({ pool, names, migrations, preparedStatements, partitions: layout.partitions, recordsFailures: false })
  try {
    const { applied } = await migrateTarget(target, {
      servingRoles,
      indexSet: storeIndexSet,
      lockWaitMs: longestWaitMs,
      signal: null,
      logger: silentLogger,
      batchSize: 1000,
      allowOutOfOrder: false,
    })
    const ran = migrations.filter((migration) => applied.includes(migrationId(migration)))
    return { applied: ran.map(({ name }) => name), schema: latestSchema }
  } catch (error) {
    throw await storeError(error, names, target)
  }
}

async function storeError(error: unknown, names: Names, target: MigrationTarget<RunnablePostgresMigration>): Promise<unknown> {
  if (isConversationStoreError(error, 'MIGRATION_REFUSED')) return refusal(error, target)
  if (!isConversationStoreError(error, 'MIGRATION_FAILED')) return error
  const { cause } = error
  if (isNameCollision(cause)) return nameTaken(objectIn(cause, names), cause)
  const meaning = translateKnown(cause, { operationId: null, inTransaction: true })
  return isConversationStoreError(meaning) ? meaning : error
}

async function refusal(error: ConversationStoreError<'MIGRATION_REFUSED'>, target: MigrationTarget): Promise<ConversationStoreError> {
  const { newer, changed, missing, outOfOrder } = error.details
  if (newer.length > 0) {
    const found = schemaNumber(await target.readLedger())
    return new ConversationStoreError('SCHEMA_TOO_NEW', { found, supported: latestSchema }, { cause: error })
  }
  const steps = migrationsInWords([...changed, ...missing, ...outOfOrder])
  return new ConversationStoreError(
    'UNSUPPORTED',
    {
      operation: 'migrate()',
      needs: `a schema of a released version: the database has ${steps.join(', ')} in another form than this library; checkSchema() tells what differs`,
    },
    { cause: error },
  )
}

/**
 * The name of the object in an error's message, only if it begins with the store's prefix, because the message may
 * quote anything. Null otherwise.
 */
function objectIn(cause: unknown, { prefix }: Names): string | null {
  const [, name] = /"([a-z0-9_]+)"/i.exec(cause instanceof Error && sqlState(cause) !== '23505' ? cause.message : '') ?? []
  return name?.startsWith(prefix) ? name : null
}
