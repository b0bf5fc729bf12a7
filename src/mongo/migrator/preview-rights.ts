import { creationStep, type PreviewedStep } from '../../migrator/kernel/target.js'
import type { MongoDb } from '../driver.js'
import { askForRights, lackingInWords, lackingRights } from './lacking-rights.js'

/**
 * Previews what is sure to stop a run before its first migration: rights that the user lacks. Null if it has them all.
 */
export async function previewRights(db: MongoDb, database: string): Promise<PreviewedStep | null> {
  const lacking = lackingRights(await db.command(askForRights, { readPreference: 'primary' }), database) ?? []
  if (lacking.length === 0) return null
  return { step: creationStep, would: [], count: null, stops: true, obstacles: [lackingInWords(lacking, database)] }
}
