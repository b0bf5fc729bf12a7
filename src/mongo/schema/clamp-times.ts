import { clockSkewMs } from '../../model/limits.js'
import type { Doc, MongoDb } from '../driver.js'
import type { MigrationContext } from '../migrator/migration.js'

// They are few among many, and no index finds them. So every message is read, and a batch bounds what one transaction
// reads, however rare they are.
const projection = { occurred_at: 1, created_at: 1, given_at: 1 }

/**
 * Gives the messages from before version 007 the time by which they are listed: one that was too far ahead when it was
 * stored moves to `given_at`, and `occurred_at` becomes the time of the storing. All others stay as they are.
 */
export async function clampTimes(db: MongoDb, collectionName: string, { batch }: MigrationContext): Promise<void> {
  await batch({ projection }, async (documents, { session }) => {
    const ahead = idsOf(documents.filter(isAhead))
    if (ahead.length === 0) return
    const change = [{ $set: { given_at: '$occurred_at', occurred_at: '$created_at' } }]
    await db.collection(collectionName).updateMany({ _id: { $in: ahead }, given_at: { $exists: false } }, change, { session })
  })
}

/** Takes back what `clampTimes` has done, also for messages that were written since. */
export async function restoreTimes(db: MongoDb, collectionName: string, { batch }: MigrationContext): Promise<void> {
  await batch({ projection }, async (documents, { session }) => {
    const clamped = idsOf(documents.filter(({ given_at }) => given_at !== undefined))
    if (clamped.length === 0) return
    const change = [{ $set: { occurred_at: '$given_at' } }, { $unset: 'given_at' }]
    await db.collection(collectionName).updateMany({ _id: { $in: clamped }, given_at: { $exists: true } }, change, { session })
  })
}

function isAhead({ occurred_at, created_at, given_at }: Doc): boolean {
  return given_at === undefined && Number(occurred_at) - Number(created_at) > clockSkewMs
}

function idsOf(documents: readonly Doc[]): readonly unknown[] {
  return documents.map(({ _id }) => _id)
}
