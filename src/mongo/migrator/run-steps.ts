import { ConversationStoreError } from '../../model/errors.js'
import type { Lease } from '../../store/lease.js'
import type { MongoDb } from '../driver.js'
import { createCollection } from './create-collection.js'
import { heldDb } from './held-db.js'
import { createDeclaredIndexes } from './indexes/index-commands.js'
import type { MigrationContext, MongoMigration } from './migration.js'
import { collectionStep, indexesOfStep, upStep } from './runnable.js'

/** Runs one step of applying a migration. It can be run again. */
export async function runStep(
  { db, lease }: { readonly db: MongoDb; readonly lease: Lease },
  { definition }: MongoMigration,
  step: string,
  context: MigrationContext,
): Promise<void> {
  const { collectionName } = definition
  const mayGoOn = () => {
    context.signal.throwIfAborted()
    lease.requireHeld()
  }
  if (step === collectionStep) return createCollection(db, collectionName, mayGoOn)
  if (step === upStep) return definition.up?.(heldDb(db, lease.requireHeld), collectionName, context)
  const indexes = indexesOfStep(definition, step)
  if (indexes.length === 0)
    throw new ConversationStoreError('UNSUPPORTED', { operation: `the step ${step}`, needs: 'a migration that has it' })
  for (const { key, options } of indexes) context.logger.debug(`${collectionName}: createIndex ${JSON.stringify(key)} ${options.name}`)
  await createDeclaredIndexes(db, collectionName, indexes, { mayGoOn })
}
