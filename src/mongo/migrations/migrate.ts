import { ConversationStoreError } from '../../model/errors.js'
import type { MigrationReport } from '../../store/adapter.js'
import type { Collections } from '../collections.js'
import type { MongoDb } from '../driver.js'
import { appliedSteps, changedSteps, missingSteps, recordStep, requireKnownSchema, stepNames } from './ledger.js'
import { latestStep } from './steps.js'

/**
 * Brings the schema to this library's: one command where it is there already. Steps can be run again and by several processes at once, so
 * there is no lock that a dead process could hold; a step is recorded when it is done, and reported by who recorded it.
 * Throws SCHEMA_TOO_NEW, UNSUPPORTED (a step was changed after it was applied), SCHEMA_OUT_OF_DATE (an index cannot be created).
 */
export async function migrate(db: MongoDb, collections: Collections): Promise<MigrationReport> {
  const before = await appliedSteps(collections)
  requireKnownSchema(before)
  const changed = stepNames(changedSteps(before))
  if (changed.length > 0) {
    throw new ConversationStoreError('UNSUPPORTED', {
      operation: 'migrate()',
      needs: `a schema of a released version: the database has ${changed.join(', ')} in another form than this library; checkSchema() tells what differs`,
    })
  }
  const applied: string[] = []
  for (const step of missingSteps(before)) {
    await step.run(db)
    if (await recordStep(collections, step)) applied.push(step.name)
  }
  return { applied, schema: latestStep }
}
