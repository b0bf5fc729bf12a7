import { ConversationStoreError } from '../../model/errors.js'
import type { MigrationReport } from '../../store/adapter.js'
import type { Collections } from '../collections.js'
import type { MongoDb } from '../driver.js'
import { appliedSteps, changedSteps, missingSteps, recordStep, requireKnownSchema, stepNames } from './ledger.js'
import { latestStep } from './steps.js'

/**
 * Brings the schema to this library's: one command where it is there already. Steps can be run again and by several processes at once, so
 * there is no lock that a dead process could hold. They are recorded once all are done, and told by the call that recorded the first.
 * Throws SCHEMA_TOO_NEW, UNSUPPORTED (a step was changed after it was applied, or an index cannot be created).
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
  const missing = missingSteps(before)
  for (const step of missing) await step.run(db)
  let isFirst = false
  for (const [index, step] of missing.entries()) {
    const isOurs = await recordStep(collections, step)
    if (index === 0) isFirst = isOurs
  }
  return { applied: isFirst ? missing.map(({ name }) => name) : [], schema: latestStep }
}
