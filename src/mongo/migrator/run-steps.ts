import type { BuildWatch } from '../../migrator/kernel/index-build.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { Lease } from '../../store/lease.js'
import type { MongoDb } from '../driver.js'
import { applyOptions } from './collection-options.js'
import { createCollection } from './create-collection.js'
import { indexPlace } from './declared-indexes.js'
import { heldDb } from './held-db.js'
import { createDeclaredIndexes } from './indexes/index-commands.js'
import { retireIndexes } from './indexes/retire-indexes.js'
import { syncIndexes } from './indexes/sync-indexes.js'
import { indexesToMake } from './indexes-of-step.js'
import type { MigrationContext, MongoMigration } from './migration.js'
import { collectionStep, dropStep, indexesOfStep, upStep } from './runnable.js'

interface StepRun {
  readonly db: MongoDb
  readonly lease: Lease
  /** All migrations of the database, in order. */
  readonly migrations: readonly MongoMigration[]
  readonly goesOnTo: ((id: string) => boolean) | undefined
  readonly watch: BuildWatch
}

/** Runs one step of applying a migration. It can be run again. */
export async function runStep(
  { db, lease, migrations, goesOnTo = () => true, watch }: StepRun,
  migration: MongoMigration,
  step: string,
  context: MigrationContext,
): Promise<void> {
  const { definition } = migration
  const { collectionName, collectionOptions, drop = [] } = definition
  const mayGoOn = () => {
    context.signal.throwIfAborted()
    lease.requireHeld()
  }
  if (step === collectionStep && collectionOptions !== undefined) return applyOptions(db, collectionName, collectionOptions, mayGoOn)
  if (step === collectionStep) return createCollection(db, collectionName, mayGoOn)
  if (step === upStep) return definition.up?.(heldDb(db, lease.requireHeld), collectionName, context)
  if (step === dropStep) {
    const { after: inForce } = indexPlace(migrations, migration)
    return retireIndexes(db, { collection: collectionName, names: drop, inForce }, mayGoOn)
  }
  if (indexesOfStep(definition, step).length === 0)
    throw new ConversationStoreError('UNSUPPORTED', { operation: `the step ${step}`, needs: 'a migration that has it' })
  const { made, changed, inForce } = indexesToMake(migrations, migration, step, { goesOnTo })
  for (const { key, options } of made) context.logger.debug(`${collectionName}: createIndex ${JSON.stringify(key)} ${options.name}`)
  if (made.length > 0) await createDeclaredIndexes(db, collectionName, made, { mayGoOn, watch })
  // The collection is to be there even if later migrations make all of its indexes.
  else if (changed.size === 0) await createCollection(db, collectionName, mayGoOn)
  if (changed.size === 0) return
  const only = { indexSet: null, prune: false, collection: collectionName, names: changed }
  await syncIndexes(db, inForce, only, { signal: context.signal, watch, beforeCommand: async () => mayGoOn() })
}
